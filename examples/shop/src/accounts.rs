//! The users, in SQLite.

use hardtack::{Cutoff, SessionId};
use rusqlite::{OptionalExtension, Row};

use crate::database::Database;
use crate::error::Error;
use crate::passwords;
use crate::shop::Shop;

#[derive(Clone)]
pub struct User {
    pub id: i64,
    pub name: String,
    pub is_admin: bool,
    /// Sessions that began before it are ended.
    pub cutoff: Cutoff,
}

impl User {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            is_admin: row.get("is_admin")?,
            cutoff: Cutoff::from_unix_timestamp(row.get("sessions_valid_from")?),
        })
    }
}

#[derive(Clone)]
pub struct Accounts {
    database: Database,
}

impl Accounts {
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    pub async fn find(&self, id: i64) -> Result<Option<User>, Error> {
        let find = "SELECT * FROM users WHERE id = ?1";
        self.database
            .read(move |database| {
                database.prepare_cached(find)?.query_row([id], User::of).optional()
            })
            .await
    }

    /// Returns the user with that name, and the hash of the password.
    pub async fn find_by_name(&self, name: String) -> Result<Option<(User, String)>, Error> {
        let find = "SELECT * FROM users WHERE name = ?1";
        self.database
            .read(move |database| {
                let user = |row: &Row<'_>| Ok((User::of(row)?, row.get("password_hash")?));
                database.prepare_cached(find)?.query_row([name], user).optional()
            })
            .await
    }

    pub async fn all(&self) -> Result<Vec<User>, Error> {
        let all = "SELECT * FROM users ORDER BY name";
        self.database
            .read(move |database| database.prepare_cached(all)?.query_map([], User::of)?.collect())
            .await
    }

    async fn add(&self, name: String, hash: String, is_admin: bool) -> Result<(), Error> {
        let add = "INSERT INTO users (name, password_hash, is_admin) VALUES (?1, ?2, ?3)";
        self.database
            .write(move |database| database.execute(add, (name, hash, is_admin)).map(drop))
            .await
    }

    /// Ends all sessions of a user that began before the cut-off. Returns false if there is no such user.
    pub async fn end_sessions(&self, id: i64, cutoff: Cutoff) -> Result<bool, Error> {
        let cut =
            "UPDATE users SET sessions_valid_from = max(sessions_valid_from, ?2) WHERE id = ?1";
        let forget = "DELETE FROM sessions WHERE user_id = ?1 AND began_at < ?2";
        let values = (id, cutoff.unix_timestamp());
        self.database
            .write(move |database| {
                let found = database.execute(cut, values)? == 1;
                database.execute(forget, values)?;
                Ok(found)
            })
            .await
    }
}

impl Shop {
    pub async fn add_user(
        &self,
        name: &str,
        password: String,
        is_admin: bool,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let length = name.chars().count();
        if !(1..=64).contains(&length) || name.contains(char::is_control) || name.trim() != name {
            return Err("a name must have 1 to 64 characters, and no spaces around it".into());
        }
        if password.chars().count() < 8 || password.len() > passwords::MAX_LENGTH {
            return Err("a password must have at least 8 characters and at most 1024 bytes".into());
        }
        if self.accounts.find_by_name(name.to_owned()).await?.is_some() {
            return Err(format!("the user {name} already exists").into());
        }
        let hash = self.passwords.hash(password).await?;
        Ok(self.accounts.add(name.to_owned(), hash, is_admin).await?)
    }

    /// Adds two users to a shop that has none, and returns their names and random passwords.
    pub async fn add_first_users(
        &self,
    ) -> Result<Vec<(&'static str, String)>, Box<dyn std::error::Error>> {
        let mut added = Vec::new();
        if !self.accounts.all().await?.is_empty() {
            return Ok(added);
        }
        for (name, is_admin) in [("ada", false), ("admin", true)] {
            let password: String = SessionId::generate()?.to_string().chars().take(20).collect();
            self.add_user(name, password.clone(), is_admin).await?;
            added.push((name, password));
        }
        Ok(added)
    }
}
