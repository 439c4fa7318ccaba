// iron-session: PBKDF2, AES-256-CBC and HMAC-SHA-256 for each token.
import { readFileSync } from "node:fs";
import { sealData, unsealData } from "iron-session";

const session = {
  user_id: 8123456789, name: "Ada Lovelace", roles: ["admin", "editor"],
  csrf: "f3Zk9QpL0sVxT7uBnYc2RmWdE5aHgJ8i", theme: "dark", cart: [101, 2020, 30303],
  logged_in: true, last_seen: 1790000000,
};
const options = { password: "k".repeat(32), ttl: 7200 };

async function least(call) {
  let best = Infinity;
  for (let round = 0; round < 100; round++) {
    const start = process.hrtime.bigint();
    for (let n = 0; n < 10; n++) await call();
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 10);
  }
  return best.toFixed(0);
}

const { version } = JSON.parse(readFileSync("node_modules/iron-session/package.json"));
const token = await sealData(session, options);
const took = [await least(() => sealData(session, options)), await least(() => unsealData(token, options))];
console.log(`| iron-session ${version} (Node ${process.versions.node}), encrypted | ${took.join(" | ")} | ${token.length} |`);
