import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { INVENTED_PERSON, inventedData, type Newcomer, newcomer, sealTo } from "@/dev/scenarios/newcomer";
import { signActAs } from "@/dev/scenarios/person";
import { execute, executeAsService } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { trailLines } from "@/kit/tables";
import { enlistExpert } from "@/lifecycle/committee/commands/enlist";
import { experts } from "@/lifecycle/committee/tables";
import { sessionOf, switchRole } from "@/platform/identity/session";
import { asPerson, asService, asStranger } from "@/testing/lots";
import { type Parties, PNG, partiesOf, XIN } from "@/testing/parties";
import { codeOf, refusalOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { decideRequest } from "./commands/decide";
import { registerPerson } from "./commands/register";
import { acceptInvitation, changeMember, inviteMember, removeMember } from "./commands/team";
import { registrationDigest } from "./digest";
import { memberships, personDetails, registrationRequests } from "./tables";
import { organisationList, requestView, teamView, verificationQueue } from "./views";

let t: TestStage;
let xin: Newcomer;
let enter: Parties["enter"];
let act: Parties["act"];
let verified: Parties["verified"];

beforeAll(async () => {
  t = await testStage();
  ({ enter, act, verified } = partiesOf(t));
  xin = await newcomer(t.outside.ca, 1, XIN);
  await verified(xin);
}, 120_000);
afterAll(() => t?.close());

const site = () => t.stage.app.site;

test("R-5.1.7: roles are switched explicitly, the trail says so, and rights do not mix", async () => {
  const { stage } = t;
  const gui = await newcomer(t.outside.ca, 1, {
    name: "癸一（演示）",
    orgName: "癸溪咨询有限公司（演示）",
    creditCode: "91520100MA6XN0046N",
  });
  await verified(gui, inventedData(gui, { roles: ["agency", "bidder"] }));
  const { cookie, view, actor } = await enter(gui, "bidder");
  expect([...view.roles].sort()).toEqual(["agency", "bidder"]);
  const { uploadFile } = await import("@/platform/file/commands");
  const upload = (who: typeof actor) =>
    execute(stage.app, who, uploadFile, { name: "图.png", bytes: PNG }, crypto.randomUUID());
  expect(await codeOf(upload(actor))).toBe("general.forbidden");
  await switchRole(stage.app.db, site(), cookie, "agency");
  const after = (await sessionOf(stage.app.db, site(), cookie))!;
  expect(after.view.role).toBe("agency");
  await upload(after.actor);
  expect(await codeOf(switchRole(stage.app.db, site(), cookie, "supervisor"))).toBe("identity.no_such_role");
  const lines = await asService(stage, (tx) =>
    tx.select().from(trailLines).where(eq(trailLines.action, "session.role-switched")),
  );
  expect(lines.at(-1)).toMatchObject({ role: "agency", facts: { from: "bidder", to: "agency" } });
});

test("R-5.1.1: an expert is entered under its library, waits for a verifier, and then sits in the library", async () => {
  const { stage } = t;
  const library = stage.person("expert-01");
  const who = await newcomer(t.outside.ca, 1, {
    name: "评新（演示）",
    orgName: library.orgName,
    creditCode: library.creditCode,
  });
  const { email: _, ...id } = INVENTED_PERSON;
  const data = {
    ...{
      ...id,
      email: "",
      sex: "1" as const,
      birthday: "19900307",
      duty: "",
      education: "本科",
      professional: "高级工程师",
    },
    ...{ onWork: "1" as const, company: "黔中设计院（演示）", industry: "E47", area: "520100", speciality: "房屋建筑" },
  };
  const content = { role: "expert" as const, data, encryptionCertificate: sealTo(who) };
  const statement = await signActAs(who, stage.app, {
    act: "party.register",
    subject: data.idNumber,
    digest: await registrationDigest(content),
  });
  const { requestId } = await registerPerson(stage.app, { ...content, statement });
  expect(await codeOf(enter(who))).toBe("party.person_pending");
  const again = async () => {
    const toSign = { act: "party.register", subject: data.idNumber, digest: await registrationDigest(content) };
    return registerPerson(stage.app, { ...content, statement: await signActAs(who, stage.app, toSign) });
  };
  expect(await codeOf(again())).toBe("party.person_pending");
  const verifier = stage.person("operator-2");
  await stage.act(verifier, decideRequest, { requestId, approved: false, reason: "职称证书不清晰" });
  expect(await refusalOf(enter(who))).toMatchObject({
    code: "party.person_returned",
    facts: { reason: "职称证书不清晰" },
  });
  const second = await again();
  await stage.act(verifier, decideRequest, { requestId: second.requestId, approved: true });
  const { view } = await enter(who);
  expect(view.role).toBe("expert");
  const job = { personId: view.personId, orgId: library.orgId, speciality: "房屋建筑", regionCode: "520100" };
  await executeAsService(stage.worker, enlistExpert, job);
  await executeAsService(stage.worker, enlistExpert, job);
  const rows = await asService(stage, (tx) => tx.select().from(experts).where(eq(experts.personId, view.personId)));
  expect(rows).toMatchObject([{ speciality: "房屋建筑", available: "yes" }]);
});

test("members: invited by link, roles, removal; one administrator stays", async () => {
  const { stage } = t;
  const yi = stage.person("yi");
  const invite = { email: "yi2@example.test", name: "乙二（演示）", roles: ["bidder" as const], admin: false };
  expect(await codeOf(stage.act(yi, inviteMember, { ...invite, roles: ["agency"] }))).toBe("party.role_not_held");
  await stage.act(yi, inviteMember, invite);
  const [job] = await t.database.owner.db.execute<{ payload: { token: string } }>(
    `select payload from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id where k.identifier = 'mail-invitation'` as never,
  );
  const { token } = job!.payload;
  const who = await newcomer(t.outside.ca, 1, { name: "乙二（演示）", orgName: yi.orgName, creditCode: yi.creditCode });
  const content = { token, person: INVENTED_PERSON, encryptionCertificate: sealTo(who) };
  const join = async (holder: Newcomer) =>
    acceptInvitation(stage.app, {
      ...content,
      encryptionCertificate: sealTo(holder),
      statement: await signActAs(holder, stage.app, {
        act: "party.join",
        subject: yi.creditCode,
        digest: await registrationDigest({ ...content, encryptionCertificate: sealTo(holder) }),
      }),
    });
  // The link alone is worth nothing: the certificate must be this organisation's.
  expect(await codeOf(join({ ...who, opened: xin.opened, signer: xin.signer }))).toBe("party.certificate_of_other");
  await join(who);
  expect(await codeOf(join(who))).toBe("party.invitation_unknown");
  const session = await enter(who);
  expect(session.view.role).toBe("bidder");
  expect(await codeOf(act(who, inviteMember, invite))).toBe("party.not_admin");
  expect(await codeOf(stage.act(yi, removeMember, { personId: yi.personId }))).toBe("party.last_admin");
  expect(await codeOf(stage.act(yi, changeMember, { personId: yi.personId, roles: ["bidder"], admin: false }))).toBe(
    "party.last_admin",
  );
  await stage.act(yi, removeMember, { personId: session.actor.personId });
  expect(await sessionOf(stage.app.db, site(), session.cookie)).toBeUndefined();
  expect(await codeOf(enter(who))).toBe("identity.certificate_ended");
});

test("a member that was taken out no longer makes its organisation choosable", async () => {
  const rows = await asService(t.stage, (tx) => tx.select().from(memberships).where(eq(memberships.role, "bidder")));
  expect(rows.some(({ endedAt }) => endedAt)).toBe(true);
});

test("R-8.2.8: lists show personal data masked, who verifies reads them in full, nobody else at all", async () => {
  const { stage } = t;
  const { actor } = await enter(xin);
  const team = await inContext(stage.app.db, actor, (tx) => teamView(tx, actor));
  expect(team.members[0]).toMatchObject({ idNumber: "520100**********33", phone: "138****0008" });
  expect(JSON.stringify(team)).not.toContain(INVENTED_PERSON.idNumber);
  const operator = stage.person("operator");
  const queue = await asPerson(stage, operator, async (tx) => ({
    organisations: await verificationQueue(tx, site().id, "organisations"),
    people: await verificationQueue(tx, site().id, "people"),
    all: await organisationList(tx),
  }));
  expect(JSON.stringify(queue)).not.toContain("0851-00000008");
  expect(JSON.stringify(queue)).not.toContain(INVENTED_PERSON.idNumber);
  // Purpose-bound: in full on the verifier's own page of one request, and nowhere else.
  const [request] = await asService(stage, (tx) =>
    tx.select().from(registrationRequests).where(eq(registrationRequests.kind, "person")),
  );
  const page = await asPerson(stage, operator, (tx) => requestView(tx, site().id, request!.id));
  expect(page!.lines.find(([label]) => label === "证件号码")![1]).toBe(INVENTED_PERSON.idNumber);
  for (const key of ["jia", "agency", "supervisor"]) {
    const seen = await asPerson(stage, stage.person(key), async (tx) => ({
      request: await requestView(tx, site().id, request!.id),
      details: await tx.select().from(personDetails).where(eq(personDetails.personId, request!.personId!)),
    }));
    expect(seen, key).toEqual({ request: undefined, details: [] });
  }
  expect(await asStranger(stage, (tx) => tx.select().from(personDetails))).toEqual([]);
});
