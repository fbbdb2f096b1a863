import type { Statement } from "@/crypto/statement";
import { signStatement } from "@/crypto/statement";
import type { Ports, SiteFacts } from "@/kit/command";

type Desk = { readonly site: SiteFacts; readonly ports: Ports };
const signed = ({ site, ports }: Desk, payload: Record<string, string>): Promise<Statement> =>
  signStatement({ merchant: site.platformCode, ...payload }, ports.platformKeys.signerOf(site.platformCode));

/**
 * Asks for a sub-account. The bank learns a pseudonym: no lot, no bidder, no sum and no deadline, by which sub-accounts of one lot
 * could be found to belong together.
 */
export const accountRequest = (desk: Desk, reference: string): Promise<Statement> =>
  signed(desk, {
    format: "xb-account-request/1",
    reference,
    notifyUrl: new URL("/api/bank/notice", desk.ports.bank.publicUrl).toString(),
  });

/** Has a payment leave its sub-account: back to its payer, or to the tenderer that keeps it. There is no third kind. */
export const outRequest = (
  desk: Desk,
  out: {
    number: string;
    reference: string;
    transaction: string;
    kind: string;
    principalFen: bigint;
    interestFen: bigint;
    payeeName: string;
    payeeAccount: string;
  },
): Promise<Statement> =>
  signed(desk, {
    format: "xb-account-out/1",
    ...out,
    principalFen: String(out.principalFen),
    interestFen: String(out.interestFen),
  });
