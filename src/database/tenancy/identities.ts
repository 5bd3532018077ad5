/** People as identity providers know them: by issuer and subject, never by an address. */
import { and, eq } from "drizzle-orm";
import { firstOf, query } from "../sql/read.ts";
import type { User } from "./members.ts";
import { userIdentities, users } from "./tables.ts";
import type { ControlDatabase } from "../databases.ts";

export interface KnownUser extends User {
  /** Milliseconds since the epoch; null for a person who is not disabled. */
  disabledAt: number | null;
}

/** Who an identity provider says is there, with what it says of them for people to read. */
export interface Identity {
  issuer: string;
  /** Unique within the issuer, and never given to another person. */
  subject: string;
  name: string;
  /** Empty where the provider tells none. */
  email: string;
}

/** One query. Null for an identity that has never been here. */
export async function findUserByIdentity(
  database: ControlDatabase,
  { issuer, subject }: Pick<Identity, "issuer" | "subject">,
): Promise<KnownUser | null> {
  return firstOf(
    query(database)
      .select({ id: users.id, email: users.email, name: users.name, disabledAt: users.disabledAt })
      .from(userIdentities)
      .innerJoin(users, eq(users.id, userIdentities.userId))
      .where(and(eq(userIdentities.issuer, issuer), eq(userIdentities.subject, subject))),
  );
}

/** For local mode, whose people are known by their addresses alone. Addresses are stored in lower case; the caller passes them so. */
export async function findUserByEmail(database: ControlDatabase, email: string): Promise<KnownUser | null> {
  const { id, name, disabledAt } = users;
  return firstOf(
    query(database)
      .select({ id, email: users.email, name, disabledAt })
      .from(users)
      .where(eq(users.email, email))
      .orderBy(users.createdAt)
      .limit(1),
  );
}

/**
 * Makes a person of an identity, or takes over the name and the address that its provider tells now. Two at a time make one person. A
 * person who is made here is no member of anything.
 */
export async function welcomeIdentity(database: ControlDatabase, identity: Identity, now: number): Promise<KnownUser> {
  const { issuer, subject, name, email } = identity;
  const unknown = "not exists (select 1 from user_identities where issuer = ?1 and subject = ?2)";
  const userId = `user_${crypto.randomUUID()}`;
  await database.batch([
    database
      .prepare(`insert into users (id, email, name, created_at) select ?3, ?4, ?5, ?6 where ${unknown}`)
      .bind(issuer, subject, userId, email, name, now),
    database
      .prepare(
        `insert into user_identities (issuer, subject, user_id, created_at) select ?1, ?2, ?3, ?4 where ${unknown}`,
      )
      .bind(issuer, subject, userId, now),
    database
      .prepare(
        `update users set email = ?3, name = ?4
          where id = (select user_id from user_identities where issuer = ?1 and subject = ?2) and (email <> ?3 or name <> ?4)`,
      )
      .bind(issuer, subject, email, name),
  ]);
  const user = await findUserByIdentity(database, identity);
  if (user === null) throw new Error("An identity that was stored is not there");
  return user;
}
