# Rails' cookies: cookies.signed is MessageVerifier, the session store is MessageEncryptor with
# AES-256-GCM, both over JSON, with the expiry and the purpose that Rails adds.
require "json"
require "logger"
require "active_support"
require "active_support/message_verifier"
require "active_support/message_encryptor"
require "active_support/core_ext/integer/time"

SESSION = {
  "user_id" => 8_123_456_789, "name" => "Ada Lovelace", "roles" => %w[admin editor],
  "csrf" => "f3Zk9QpL0sVxT7uBnYc2RmWdE5aHgJ8i", "theme" => "dark", "cart" => [101, 2020, 30_303],
  "logged_in" => true, "last_seen" => 1_790_000_000
}.freeze

def least
  300.times.map do
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
    20.times { yield }
    (Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) - start) / 20.0
  end.min
end

def row(name, encode, decode)
  options = { purpose: "cookie.session", expires_in: 7200 }
  token = encode.call(SESSION, **options)
  raise name unless decode.call(token, purpose: "cookie.session") == SESSION
  took = [least { encode.call(SESSION, **options) }, least { decode.call(token, purpose: "cookie.session") }]
  puts format("| %s | %.0f | %.0f | %d |", name, *took, token.length)
end

version = "ActiveSupport #{ActiveSupport.version} (Ruby #{RUBY_VERSION})"
verifier = ActiveSupport::MessageVerifier.new("k" * 64, digest: "SHA256", serializer: JSON)
row("Rails' signed cookie, #{version}", verifier.method(:generate), verifier.method(:verify))
encryptor = ActiveSupport::MessageEncryptor.new("k" * 32, cipher: "aes-256-gcm", serializer: JSON)
row("Rails' encrypted cookie, #{version}", encryptor.method(:encrypt_and_sign), encryptor.method(:decrypt_and_verify))
