import { Refused, refuse } from "@/core/refusal";
import { signStatement } from "@/crypto/statement";
import { defineCommand, roles } from "@/kit/command";
import { requireAct } from "@/platform/identity/act";
import { organisationOf } from "@/platform/party/queries";
import { contractOf, offeredTerms } from "./queries";
import { SignServiceContract } from "./schema";
import { serviceContracts } from "./tables";

/** Signs the service contract of the platform (O20 art. 16); the platform signs the same terms in the same act. */
export const signServiceContract = defineCommand({
  name: "service.sign-contract",
  input: SignServiceContract,
  may: roles("tenderer", "agency"),
  async run(scope, { statement }) {
    const { tx, actor, site, ports, now } = scope;
    const { creditCode } = await organisationOf(tx, actor.orgId);
    const { terms, digest } = await offeredTerms(tx, site, { creditCode });
    if (await contractOf(tx, actor.orgId, digest)) throw new Refused(refuse("conflict", "service.signed_before"));
    await requireAct(scope, statement, { act: "service.sign-contract", subject: creditCode, digest });
    const countersigned = { format: "xinbiao-service-countersign/1", customer: creditCode, digest };
    const operatorStatement = await signStatement(countersigned, ports.platformKeys.signerOf(site.platformCode), {
      signingTime: now,
    });
    await tx.insert(serviceContracts).values({
      siteId: site.id,
      orgId: actor.orgId,
      personId: actor.personId,
      terms,
      digest,
      statement,
      operatorStatement,
      signedAt: now,
    });
    return {
      result: { digest },
      trail: [{ action: "service-contract.signed", subject: creditCode, chain: "site", facts: { digest } }],
    };
  },
});
