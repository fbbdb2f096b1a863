import { type Refusal, refuse } from "@/core/refusal";
import { formatDate } from "@/core/time";
import { attributeOf, type Certificate } from "@/crypto/certificate";
import { OID } from "@/crypto/oid";

/** An authorisation as the chief person signed it. */
export interface AuthorisationFacts {
  readonly personId: string;
  /** Who gave it. */
  readonly chiefName: string;
  /** Null: for all tender projects. */
  readonly tenderProjectId: string | null;
  readonly endsAt: Date;
  readonly revokedAt: Date | null;
}

export interface SignersFacts<A extends AuthorisationFacts = AuthorisationFacts> {
  readonly person: { readonly id: string; readonly name: string };
  /** Chief person (主要负责人) by the registration in force. */
  readonly chief: string;
  readonly authorisations: readonly A[];
  readonly tenderProjectId: string;
  /** `given`: its signature is there. `registered`: the organisation has a seal that could give it. `other`: not its seal. */
  readonly seal: "given" | "registered" | "missing" | "other";
  readonly now: Date;
}

const runs = ({ endsAt, revokedAt }: AuthorisationFacts, now: Date): boolean => !revokedAt && now <= endsAt;

/** A seal names an organisation and no person: its common name is the name of the organisation. */
export function isSeal({ subject }: Pick<Certificate, "subject">): boolean {
  const name = attributeOf(subject, OID.commonName);
  return name !== undefined && name === attributeOf(subject, OID.organization);
}

/** On what a person may sign a publication of its organisation (O10 art. 10): as its chief, or by his authorisation. */
export function basisOf<A extends AuthorisationFacts>({
  person,
  chief,
  authorisations,
  tenderProjectId,
  now,
}: Omit<SignersFacts<A>, "seal">): "chief" | A | undefined {
  // Registrations name the chief person and no number of his; the certificate authority vouches for the name.
  if (person.name === chief) return "chief";
  return authorisations.find(
    (one) =>
      one.personId === person.id &&
      // Whom a former chief person authorised, the one in office authorises anew.
      one.chiefName === chief &&
      (one.tenderProjectId === null || one.tenderProjectId === tenderProjectId) &&
      runs(one, now),
  );
}

/** Both signatures are required (O10 art. 10): the chief person's or his lead's, and the organisation's seal. */
export function refusalOfSigners(facts: SignersFacts): Refusal | undefined {
  const { person, chief, authorisations, seal, now } = facts;
  if (!basisOf(facts)) {
    const ended = authorisations.find((one) => one.personId === person.id && !runs(one, now));
    return ended
      ? refuse("forbidden", "signing.authorisation_ended", {
          person: person.name,
          chief,
          ended: formatDate(ended.revokedAt ?? ended.endsAt),
        })
      : refuse("forbidden", "signing.not_authorised", { person: person.name, chief });
  }
  if (seal === "other") return refuse("forbidden", "signing.not_the_seal");
  if (seal === "missing") return refuse("conflict", "signing.no_seal");
  return seal === "registered" ? refuse("invalid", "signing.seal_missing") : undefined;
}
