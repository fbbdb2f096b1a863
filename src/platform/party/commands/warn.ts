import { eq } from "drizzle-orm";
import { z } from "zod";
import { formatInstant } from "@/core/time";
import { byService, defineServiceCommand } from "@/kit/command";
import { writeLetters } from "@/platform/inbox/letters";
import { certificates, certificateWarnings } from "../tables";

/**
 * Writes one letter about a certificate that ends: 90, 30 and 15 days before, and when it ends before an opening that the
 * organisation waits for. To the organisation itself; once an occasion.
 */
export const warnOfExpiry = defineServiceCommand({
  name: "party.warn-of-expiry",
  input: z.object({
    certificateId: z.uuid(),
    occasion: z.string().max(60),
    /** The lot that the organisation has a bid in. */
    lot: z.object({ id: z.uuid(), code: z.string(), opensAt: z.iso.datetime() }).optional(),
  }),
  may: byService,
  async run({ tx, site, now }, { certificateId, occasion, lot }) {
    const written = await tx
      .insert(certificateWarnings)
      .values({ certificateId, occasion, at: now })
      .onConflictDoNothing()
      .returning({ occasion: certificateWarnings.occasion });
    const [certificate] = await tx.select().from(certificates).where(eq(certificates.id, certificateId));
    const first = written.length > 0 && certificate !== undefined;
    const ends = certificate ? formatInstant(certificate.notAfter) : "";
    const use = certificate?.use === "encrypt" ? "加密证书" : "签名证书";
    const jobs = first
      ? await writeLetters(tx, site.id, now, [
          {
            orgId: certificate.orgId,
            kind: "certificate-expiry",
            ...(lot ? { lotId: lot.id } : {}),
            subject: lot ? `${use}将在开标前到期：${lot.code}` : `${use}将于 ${occasion} 天内到期`,
            body: lot
              ? `贵单位的${use}（${certificate.subject}）于 ${ends} 到期，早于标段 ${lot.code} 的开标时间 ${formatInstant(new Date(lot.opensAt))}。请在开标前备好应急解密码，或更换证书后替换投标文件。`
              : `贵单位的${use}（${certificate.subject}）于 ${ends} 到期。请及时向认证机构续期，并在“证书”页更换。`,
          },
        ])
      : [];
    return {
      result: { written: first },
      trail: [
        {
          action: "certificate.expiry-warned",
          subject: certificate?.fingerprint ?? certificateId,
          // A warning for a lot tells that there is a bid: it joins the sealed chain.
          chain: lot ? `sealed:${lot.id}` : "site",
          ...(lot ? { lotId: lot.id } : {}),
          facts: { occasion, written: first },
        },
      ],
      jobs,
    };
  },
});
