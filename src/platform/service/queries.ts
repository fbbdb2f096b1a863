import { and, desc, eq, inArray } from "drizzle-orm";
import type { SiteFacts } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { digestOf } from "@/platform/identity/act";
import { sites } from "@/platform/site/tables";
import { serviceContracts } from "./tables";
import { FREE_OF_CHARGE, type ServiceTerms, serviceTerms } from "./terms";

export type ServiceContract = typeof serviceContracts.$inferSelect;

type Customer = { readonly creditCode: string };

/** The terms as the site offers them today to one customer, and their digest. */
export async function offeredTerms(
  tx: Pick<Tx, "select">,
  site: Pick<SiteFacts, "id" | "name" | "platformCode" | "operatorName" | "operatorCreditCode">,
  { creditCode }: Customer,
): Promise<{ terms: ServiceTerms; digest: string }> {
  const [row] = await tx.select({ priceList: sites.priceList }).from(sites).where(eq(sites.id, site.id));
  const terms = serviceTerms({
    platform: { name: site.name, code: site.platformCode },
    operator: { name: site.operatorName, creditCode: site.operatorCreditCode },
    customer: { creditCode },
    prices: row?.priceList.length ? row.priceList : FREE_OF_CHARGE,
  });
  return { terms, digest: await digestOf(terms) };
}

/** The contract that an organisation signed with these terms; row-level security shows it to the two who run a tender. */
export async function contractOf(tx: Tx, orgId: string, digest: string): Promise<ServiceContract | undefined> {
  const [row] = await tx
    .select()
    .from(serviceContracts)
    .where(and(eq(serviceContracts.orgId, orgId), eq(serviceContracts.digest, digest)))
    .orderBy(desc(serviceContracts.signedAt))
    .limit(1);
  return row;
}

/** Contracts of some organisations, oldest first: for the archive. */
export async function contractsOf(tx: Tx, orgIds: readonly string[]): Promise<ServiceContract[]> {
  return tx
    .select()
    .from(serviceContracts)
    .where(inArray(serviceContracts.orgId, [...orgIds]))
    .orderBy(serviceContracts.signedAt);
}

/** Does it tender on a platform of its own? Then there is nobody to contract with (O20 art. 16). */
export const runsThePlatform = (site: Pick<SiteFacts, "operatorCreditCode">, { creditCode }: Customer): boolean =>
  site.operatorCreditCode === creditCode;
