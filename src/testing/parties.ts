import { base64url } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { signDetached } from "@/crypto/cms";
import { inventedData, type Newcomer, register } from "@/dev/scenarios/newcomer";
import type { Person } from "@/dev/scenarios/person";
import { execute, type Role } from "@/kit/command";
import { newChallenge, sessionOf, signIn } from "@/platform/identity/session";
import { decideRequest } from "@/platform/party/commands/decide";
import { changeRegistration, submitRegistration } from "@/platform/party/commands/enter";
import { uploadEvidence } from "@/platform/party/commands/evidence";
import type { TestStage } from "@/testing/stage";

/** A bidder that nobody knows yet. */
export const XIN = { name: "辛一（演示）", orgName: "辛泉建设有限公司（演示）", creditCode: "91520100MA6XN00114" };
/** What a newcomer in these tests shows as a licence. */
export const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

/** Registering and signing in at a test's installation. */
export function partiesOf(t: TestStage) {
  const site = t.stage.app.site;

  /** Signs in as the page does; the session's actor and what its head shows. */
  async function enter(who: Pick<Person, "signer">, role?: Role) {
    const { db, ports } = t.stage.app;
    const challenge = await newChallenge(db, site, "sign-in");
    const cms = await signDetached(encodeCanonical({ format: "xinbiao-challenge/1", ...challenge }), who.signer);
    const { cookie } = await signIn(
      db,
      site,
      ports.revocation,
      { nonce: challenge.nonce, cms: base64url(cms), ...(role ? { role } : {}) },
      "127.0.0.1",
    );
    return { cookie, ...(await sessionOf(db, site, cookie))! };
  }

  const act = async <B, R>(who: Pick<Person, "signer">, command: { run: unknown; name: string }, body: B): Promise<R> =>
    execute(t.stage.app, (await enter(who)).actor, command as never, body, crypto.randomUUID()) as Promise<R>;

  const paper = async (who: Pick<Person, "signer">) => {
    const { fileId } = await act<unknown, { fileId: string }>(who, uploadEvidence, { name: "执照.png", bytes: PNG });
    return { kind: "licence" as const, fileId, name: "执照.png", validUntil: "" };
  };

  /** Takes an organisation from nothing to verified. */
  async function verified(who: Newcomer, data = inventedData(who)): Promise<string> {
    const { orgId } = await register(t.stage.app, who, data);
    await act(who, changeRegistration, { data, evidence: [await paper(who)] });
    const { requestId } = await act<unknown, { requestId: string }>(who, submitRegistration, {});
    await t.stage.act(t.stage.person("operator-2"), decideRequest, { requestId, approved: true });
    return orgId;
  }
  return { enter, act, paper, verified };
}
export type Parties = ReturnType<typeof partiesOf>;
