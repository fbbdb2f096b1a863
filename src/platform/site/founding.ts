import { FOUNDING_ROLES, type Founding, type FoundingRole } from "./founding-schema";

const ADMINISTRATORS: readonly FoundingRole[] = ["system-admin", "security-admin", "audit-admin"];
const LEAST_VERIFIERS = 2;

/** A person as the rule counts it: by name, for the sentence, and by certificate, which is who it is. */
export interface FoundingHolder {
  readonly role: FoundingRole;
  readonly name: string;
  /** SHA-256 of the signing certificate. */
  readonly fingerprint: string;
}

/**
 * Can an installation begin with these people? One of each kind of administrator at least, nobody twice: who sets up,
 * who allows and who reads the record are three (SOD-07); and two who verify, since nobody verifies what he entered
 * himself (O20 art. 14).
 *
 * @returns sentences, none when it can.
 */
export function problemsOfFounders(holders: readonly FoundingHolder[]): string[] {
  const problems: string[] = [];
  const of = (role: FoundingRole) => holders.filter((holder) => holder.role === role).length;
  for (const role of ADMINISTRATORS) if (of(role) === 0) problems.push(`缺少${FOUNDING_ROLES[role]}（${role}）`);
  if (of("operator") < LEAST_VERIFIERS)
    problems.push("核验员（operator）至少两名：注册信息的录入人不得核验自己录入的内容");
  const seen = new Map<string, string>();
  for (const { fingerprint, name } of holders) {
    const other = seen.get(fingerprint);
    if (other) problems.push(`${name}与${other}用的是同一张签名证书：一人只担任一个角色`);
    seen.set(fingerprint, name);
  }
  return problems;
}

/** The form of the first site, with its operator. */
export const siteOf = ({ site, operator }: Founding) => ({
  ...site,
  operatorName: operator.name,
  operatorCreditCode: operator.creditCode,
});
