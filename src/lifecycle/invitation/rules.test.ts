import { expect, test } from "vitest";
import { refusalOfInvitee, refusalToInvite, refusalToReply } from "./rules";
import { MAX_INVITEES } from "./schema";

const facts = { state: "D0", isInvited: true, parties: ["tenderer", "agency"], isBidder: true, listed: ["a", "b"] };

test("R-5.3.3: whoever can bid is put on the list once, before it goes out; who runs the tender never", () => {
  expect(refusalToInvite("c", facts)).toBeUndefined();
  const codeOf = (id: string, more: Partial<typeof facts>) => refusalToInvite(id, { ...facts, ...more })?.code;
  expect(codeOf("a", {})).toBe("invitation.listed_already");
  expect(codeOf("agency", {})).toBe("invitation.own_party");
  expect(codeOf("c", { isBidder: false })).toBe("invitation.cannot_bid");
  expect(codeOf("c", { state: "T1" })).toBe("invitation.already_sent");
  expect(codeOf("c", { isInvited: false })).toBe("invitation.open_tender");
  expect(codeOf("c", { listed: Array.from({ length: MAX_INVITEES }, (_, i) => `${i}`) })).toBe("invitation.too_many");
});

test("R-5.3.3: an invitation is answered once, and before the time that it names; at that time it is too late", () => {
  const replyBy = new Date("2026-03-07T01:00:00Z");
  const before = new Date(replyBy.getTime() - 1);
  expect(refusalToReply({ replyBy, reply: null }, before)).toBeUndefined();
  expect(refusalToReply({ replyBy, reply: null }, replyBy)).toMatchObject({ code: "invitation.reply_too_late" });
  expect(refusalToReply({ replyBy, reply: "accepted" }, before)).toMatchObject({ code: "invitation.replied_already" });
});

test("RF-11: only who accepted takes part", () => {
  expect(refusalOfInvitee({ replyBy: null, reply: "accepted" })).toBeUndefined();
  for (const reply of ["declined", null])
    expect(refusalOfInvitee({ replyBy: null, reply })).toMatchObject({ facts: { rf: "RF-11" } });
});
