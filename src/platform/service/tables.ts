import { index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";
import type { ServiceTerms } from "./terms";

type Signed = { payload: string; cms: string; tst?: string };

/** Service contracts (平台服务合同) of those who tender here, signed by both sides; none is ever changed. */
export const serviceContracts = pgTable(
  "service_contracts",
  {
    id: id(),
    siteId: siteId(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    terms: jsonb().notNull().$type<ServiceTerms>(),
    digest: text().notNull(),
    /** The customer's signed act, and the platform's signature over the same terms. */
    statement: jsonb().notNull().$type<Signed>(),
    operatorStatement: jsonb().notNull().$type<Signed>(),
    signedAt: instant().notNull(),
  },
  (t) => [index("service_contracts_org").on(t.siteId, t.orgId)],
);
