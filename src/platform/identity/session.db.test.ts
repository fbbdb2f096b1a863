import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { base64url, hex, utf8 } from "@/core/bytes";
import { signDetached } from "@/crypto/cms";
import { sha256 } from "@/crypto/sha256";
import type { Person } from "@/dev/scenarios/person";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { challengeBytes, endSessions, newChallenge, sessionOf, signIn, signOut } from "./session";

let t: TestStage;
let jia: Person;
beforeAll(async () => {
  t = await testStage();
  jia = t.stage.person("jia");
}, 120_000);
afterAll(() => t?.close());

const site = () => t.stage.app.site;
const challenge = (purpose = "sign-in") => newChallenge(t.stage.app.db, site(), purpose);
async function enter(given: Awaited<ReturnType<typeof challenge>>, by: Pick<Person, "signer">, signed = given) {
  const cms = base64url(await signDetached(challengeBytes(signed), by.signer));
  return signIn(t.stage.app.db, site(), t.ports.revocation, { nonce: given.nonce, cms }, "127.0.0.1");
}
const isOpen = async (cookie: string) => (await sessionOf(t.stage.app.db, site(), cookie)) !== undefined;
/** Lets real time go by for one session: its clock is not the legal one. */
const ages = (cookie: string, column: "seen_at" | "created_at", by: string) =>
  t.database.owner.db.execute(sql`
    update sessions set ${sql.raw(column)} = ${sql.raw(column)} - ${by}::interval
    where id_hash = ${hex(sha256(utf8(cookie)))}`);

test("R-8.2.7: a session ends after thirty idle minutes and after twelve hours, whatever is done in it", async () => {
  const { cookie: idle } = await enter(await challenge(), jia);
  await ages(idle, "seen_at", "29 minutes");
  expect(await isOpen(idle)).toBe(true);
  // Each question begins the half hour anew; the twelve hours do not begin anew.
  await ages(idle, "seen_at", "29 minutes");
  expect(await isOpen(idle)).toBe(true);
  await ages(idle, "seen_at", "31 minutes");
  expect(await isOpen(idle)).toBe(false);
  const { cookie: long } = await enter(await challenge(), jia);
  await ages(long, "created_at", "12 hours");
  expect(await isOpen(long)).toBe(false);
});

test("R-8.2.7: a challenge is one try, right or wrong, of one purpose, for five minutes", async () => {
  const wrong = await challenge();
  expect(await codeOf(enter(wrong, jia, { ...wrong, nonce: "another" }))).toMatch(/^identity\./);
  expect(await codeOf(enter(wrong, jia))).toBe("identity.challenge_used");
  const act = await challenge("act");
  expect(await codeOf(enter(act, jia))).toBe("identity.challenge_used");
  const old = await challenge();
  await t.database.owner.db.execute(
    sql`update challenges set expires_at = expires_at - interval '6 minutes' where nonce = ${old.nonce}`,
  );
  expect(await codeOf(enter(old, jia))).toBe("identity.challenge_used");
});

test("R-8.2.7: sessions of one person stand beside one another; each ends alone, and all with their certificate or membership", async () => {
  const open = async () => (await enter(await challenge(), jia)).cookie;
  const [first, second, third] = [await open(), await open(), await open()];
  const { db } = t.stage.app;
  await signOut(db, first);
  expect([await isOpen(first), await isOpen(second)]).toEqual([false, true]);
  const { actor } = (await sessionOf(db, site(), second))!;
  await endSessions(db, { certificateId: actor.certificateId });
  expect([await isOpen(second), await isOpen(third)]).toEqual([false, false]);
  const fourth = await open();
  await endSessions(db, { personId: jia.personId, orgId: jia.orgId });
  expect(await isOpen(fourth)).toBe(false);
  // What the database keeps opens no session.
  const rows = await t.database.owner.db.execute<{ id_hash: string }>(sql`select id_hash from sessions`);
  for (const { id_hash } of rows) expect(await isOpen(id_hash)).toBe(false);
});
