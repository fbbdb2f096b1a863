import type { TrustContext } from "@/crypto/statement";
import { AGREEMENT_SLOT, type Draft, type DraftFile, type DraftProblem } from "../draft";
import { holderOf, isFor } from "./consent";
import { CONSORTIUM_FILE, CONSORTIUM_LIMITS, type Declared, encodePart, type Terms } from "./part";
import { declare, type TypedParty, type TypedProblem, termsFor } from "./typed";

/** Where a consortium is prepared: the lot, who leads it, and what members' certificates are judged by. */
export interface ConsortiumPlace {
  readonly tender: string;
  readonly lot: string;
  readonly bidder: { readonly name: string; readonly creditCode: string };
  readonly isAllowed: boolean;
  readonly trust?: TrustContext | undefined;
}

export interface PreparedConsortium {
  /** What keeps the bid from being sealed; empty for a bidder that bids alone. */
  readonly problems: readonly DraftProblem[];
  /** What members are to sign, once it can be said. */
  readonly terms?: Terms;
  readonly agreement?: Uint8Array<ArrayBuffer>;
  /** Credit codes of members whose consent is to these terms. */
  readonly consented: readonly string[];
  /** Complete, and as it may be sealed. */
  readonly declared?: Declared;
}

export const CONSORTIUM_CONTROL = "task-consortium";
export const controlOfParty = (index: number, field: keyof TypedParty): string => `consortium-${index}-${field}`;

const controlOf = ({ party, field }: TypedProblem): string =>
  party === undefined ? CONSORTIUM_CONTROL : controlOfParty(party, field ?? "name");

/** The agreement among the files of a draft. */
export const agreementFileOf = ({ files }: Pick<Draft, "files">): DraftFile | undefined =>
  files.find(({ slot }) => slot === AGREEMENT_SLOT);

/** The leader is who prepares the bid, whatever stands in a draft that was made elsewhere. */
export const withLeader = (
  parties: readonly TypedParty[],
  { name, creditCode }: ConsortiumPlace["bidder"],
): readonly TypedParty[] => parties.map((party, i) => (i === 0 ? { ...party, name, creditCode } : party));

/**
 * The consortium of a draft as far as it has come, with everything that keeps it from being sealed. Signatures are
 * verified here every time: what lies in a draft proves nothing by lying there.
 *
 * @param open - the bytes of a kept file.
 */
export async function prepareConsortium(
  place: ConsortiumPlace,
  draft: Pick<Draft, "files" | "consortium">,
  open: (file: DraftFile) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<PreparedConsortium> {
  const { consortium } = draft;
  if (!consortium) return { problems: [], consented: [] };
  const { tender, lot, bidder, isAllowed, trust } = place;
  const file = agreementFileOf(draft);
  const tooLong = file !== undefined && file.sizeBytes > CONSORTIUM_LIMITS.agreementBytes;
  const agreement = file && !tooLong ? await open(file) : undefined;
  const parties = withLeader(consortium.parties, bidder);
  const { terms } = termsFor({ tender, lot }, parties, agreement);
  const facts = { tender, lot, bidder: bidder.creditCode, isAllowed, trust };
  const { declared, problems } = await declare(facts, parties, agreement, consortium.consents);
  const consented = terms
    ? await Promise.all(consortium.consents.filter((consent) => isFor(consent, terms)).map(holderOf))
    : [];
  const told: readonly TypedProblem[] = tooLong
    ? [{ sentence: "联合体协议超过 4 MB，请压缩后重新添加。" }, ...problems.filter(({ party }) => party !== undefined)]
    : problems;
  return {
    problems: told.map((problem) => ({ control: controlOf(problem), sentence: problem.sentence })),
    ...(terms ? { terms } : {}),
    ...(agreement ? { agreement } : {}),
    consented,
    ...(declared ? { declared } : {}),
  };
}

/**
 * The consortium's part as it is sealed: in every bid on a lot that allows consortia, and in no other.
 *
 * @throws Error with a sentence when it may not be sealed.
 */
export function sealedPart(
  isAllowed: boolean,
  { problems, declared }: PreparedConsortium,
): readonly { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }[] {
  const [first] = problems;
  if (first) throw new Error(first.sentence);
  return isAllowed ? [{ name: CONSORTIUM_FILE, bytes: encodePart(declared) }] : [];
}
