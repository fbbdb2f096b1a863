import { base64url, fromBase64 } from "@/core/bytes";
import { webCryptoSigner } from "@/crypto/cms";
import { openPkcs12 } from "@/crypto/pkcs12";
import type { Runtime } from "@/kit/command";
import { registerOrganisation } from "@/platform/party/commands/register";
import { registrationDigest } from "@/platform/party/digest";
import { PersonData, RegistrationData } from "@/platform/party/schema";
import { DEMO_PASSWORD } from "./cast";
import { type Person, signActAs } from "./person";

/** Somebody who comes with a certificate file of an authority and is not known yet. */
export type Newcomer = Pick<Person, "name" | "orgName" | "creditCode" | "opened" | "signer"> & {
  readonly p12: Uint8Array<ArrayBuffer>;
};

/** Orders a certificate file from authority `n`. */
export async function newcomer(
  ca: string,
  n: number,
  who: { name: string; orgName: string; creditCode: string; notAfter?: string },
): Promise<Newcomer> {
  const answer = await fetch(`${ca}/v1/ca/${n}/issue-p12`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      person: { name: who.name },
      organisation: { name: who.orgName, creditCode: who.creditCode },
      password: DEMO_PASSWORD,
      ...(who.notAfter ? { notAfter: who.notAfter } : {}),
    }),
  });
  if (!answer.ok) throw new Error(`no certificate: ${answer.status} ${await answer.text()}`);
  const p12 = fromBase64(((await answer.json()) as { p12: string }).p12);
  const opened = await openPkcs12(p12, DEMO_PASSWORD);
  const { key, certificate, chain } = opened.signing;
  return { ...who, p12, opened, signer: webCryptoSigner(key, certificate, chain) };
}

/** Complete data of an invented organisation. */
export const inventedData = (
  { orgName, creditCode }: { orgName: string; creditCode: string },
  changes: Partial<RegistrationData> = {},
): RegistrationData =>
  RegistrationData.parse({
    creditCode,
    legalName: orgName,
    codeType: "1",
    roles: ["bidder"],
    licenseNo: creditCode,
    licenseEndDate: "99991231",
    legalRepresent: "辛泉（演示）",
    legalType: "1",
    industry: "E47",
    countryRegion: "156",
    address: "黔中省清溪市演示路 8 号",
    regionCode: "520100",
    regCapital: "5000",
    regCapCurrency: "156",
    regUnit: "1",
    contact: "辛一（演示）",
    contactPhone: "0851-00000008",
    email: "xin@example.test",
    legalStatus: "1",
    noQualification: true,
    ...changes,
  });

/** A resident's number of nobody: region and date are possible, the check character is right. */
export const INVENTED_PERSON = PersonData.parse({
  idType: "01",
  idNumber: "520100199003071233",
  phone: "13800000008",
  email: "",
});

export const sealTo = ({ opened }: Pick<Newcomer, "opened">): string => base64url(opened.encryption.certificate);

/** Registers with the newcomer's certificate, as the page does. */
export async function register(
  runtime: Runtime,
  who: Newcomer,
  data: RegistrationData,
  shared?: Partial<RegistrationData>,
): Promise<{ orgId: string }> {
  const content = { data, person: INVENTED_PERSON, encryptionCertificate: sealTo(who) };
  const statement = await signActAs(who, runtime, {
    act: "party.register",
    subject: data.creditCode,
    digest: await registrationDigest(content),
  });
  return registerOrganisation(runtime, { ...content, fromHub: shared !== undefined, statement }, shared);
}
