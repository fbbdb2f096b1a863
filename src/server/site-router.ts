import { mutation, router } from "@/kit/procedures";
import { PROFILES } from "@/lifecycle/law/clauses";
import { attachSiteCertificate, decideSite, proposeSite } from "@/platform/site/commands/open-site";

/** Opening and changing trading sites: three administrators, one installation, no restart. */
export const siteRouter = router({
  propose: mutation(proposeSite(Object.keys(PROFILES))),
  attachCertificate: mutation(attachSiteCertificate),
  decide: mutation(decideSite),
});
