import { z } from "zod";
import { sharedPartyOf } from "@/hub/parties";
import { mutation, openMutation, router } from "@/kit/procedures";
import { decideRequest } from "@/platform/party/commands/decide";
import { changeRegistration, submitRegistration } from "@/platform/party/commands/enter";
import { beginKeyTest, bindCertificate, bindSeal, finishKeyTest, reportLost } from "@/platform/party/commands/keys";
import { registerOrganisation, registerPerson } from "@/platform/party/commands/register";
import { addRelation, confirmStanding, endRelation, proposeStanding } from "@/platform/party/commands/standing";
import {
  acceptInvitation,
  changeMember,
  invitationOf,
  inviteMember,
  JoinInput,
  removeMember,
} from "@/platform/party/commands/team";
import { CreditCode, RegisterOrganisation, RegisterPerson } from "@/platform/party/schema";

/** Organisations, people and their certificates. Whoever registers is not signed in: its signed act says who it is. */
export const partyRouter = router({
  shared: openMutation(z.object({ creditCode: CreditCode }), ({ runtime }, { creditCode }) =>
    sharedPartyOf(runtime, creditCode),
  ),
  register: openMutation(RegisterOrganisation, async ({ runtime, address }, input) =>
    registerOrganisation(
      runtime,
      input,
      input.fromHub ? await sharedPartyOf(runtime, input.data.creditCode) : undefined,
      address,
    ),
  ),
  registerPerson: openMutation(RegisterPerson, ({ runtime, address }, input) =>
    registerPerson(runtime, input, address),
  ),
  invitation: openMutation(z.object({ token: z.string().max(100) }), ({ runtime }, { token }) =>
    invitationOf(runtime, token),
  ),
  join: openMutation(JoinInput, ({ runtime, address }, input) => acceptInvitation(runtime, input, address)),
  change: mutation(changeRegistration),
  submit: mutation(submitRegistration),
  decide: mutation(decideRequest),
  invite: mutation(inviteMember),
  changeMember: mutation(changeMember),
  removeMember: mutation(removeMember),
  bindCertificate: mutation(bindCertificate),
  bindSeal: mutation(bindSeal),
  reportLost: mutation(reportLost),
  beginKeyTest: mutation(beginKeyTest),
  finishKeyTest: mutation(finishKeyTest),
  proposeStanding: mutation(proposeStanding),
  confirmStanding: mutation(confirmStanding),
  addRelation: mutation(addRelation),
  endRelation: mutation(endRelation),
});
