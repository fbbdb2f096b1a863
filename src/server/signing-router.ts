import { z } from "zod";
import { mutation, query, router } from "@/kit/procedures";
import { authorisationToSign, authoriseLead, revokeLead, signFirst } from "@/lifecycle/signing/commands";
import { Authorisation } from "@/lifecycle/signing/schema";
import { digestOf } from "@/platform/identity/act";
import { organisationOf } from "@/platform/party/queries";

/** The two signatures of a publication: who may give the first, and what waits for the second. */
export const signingRouter = router({
  authorisationToSign: query(Authorisation, (tx, actor, authorisation) =>
    authorisationToSign(tx, actor, authorisation),
  ),
  authorise: mutation(authoriseLead),
  revocationToSign: query(z.object({ authorisationId: z.uuid() }), async (tx, actor, { authorisationId }) => ({
    act: "signing.revoke",
    subject: (await organisationOf(tx, actor.orgId)).creditCode,
    digest: await digestOf({ authorisation: authorisationId }),
  })),
  revoke: mutation(revokeLead),
  signFirst: mutation(signFirst),
});
