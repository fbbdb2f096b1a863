import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCreditCode } from "@/core/codes";
import { toPem } from "@/crypto/certificate";
import { openPkcs12 } from "@/crypto/pkcs12";

const PASSWORD = "founding-2026";
const PLATFORM = "E5200000021";
const OPERATOR = "试运行交易服务有限公司（演示）";
const CREDIT_CODE = [..."0123456789ABCDEFGHJKLMNPQRTUWXY"]
  .map((last) => `91520100MA0000042${last}`)
  .find(isCreditCode)!;
const PEOPLE = [
  ["system-admin", "系一（演示）"],
  ["security-admin", "安二（演示）"],
  ["audit-admin", "审三（演示）"],
  ["operator", "核四（演示）"],
  ["operator", "核五（演示）"],
] as const;

/** Whoever sets up an installation, at its machine: an authority of real time beside it, a form, two commands. */
export class Founder {
  readonly folder = mkdtempSync(join(tmpdir(), "xinbiao-founder-"));
  readonly password = PASSWORD;
  readonly people = PEOPLE;
  private readonly running: ChildProcess[] = [];
  private ca = "";
  private form: Record<string, unknown> = {};
  /** Where the installation answers once it runs. */
  readonly url: string;

  constructor(private readonly ports: { ca: number; front: number }) {
    this.url = `http://localhost:${ports.front}`;
  }

  /** The authority that the first site trusts, on the clock of this host: a production has no other. */
  async authorityOpens(): Promise<void> {
    const env = {
      PROCESS_PORT: String(this.ports.ca),
      OUTSIDE_DATA_DIR: join(this.folder, "ca"),
      CLOCK_DATABASE_URL: "",
    };
    await this.waitFor(["--import", "tsx", "src/outside/ca/main.ts"], env, /READY/);
    this.ca = `http://127.0.0.1:${this.ports.ca}`;
  }

  /** The form, with the certificates of its five people as files beside it. */
  async writesTheForm(): Promise<void> {
    const people = await Promise.all(PEOPLE.map(([role, name], i) => this.enrolled(role, name, `person-${i}`)));
    for (const name of ["root", "issuing"]) this.keep(`${name}.pem`, await (await this.ask(`${name}.pem`)).text());
    const trust = ["root.pem", "issuing.pem"];
    this.form = {
      operator: {
        name: OPERATOR,
        creditCode: CREDIT_CODE,
        regionCode: "520100",
        address: "清溪市演示路 1 号",
        contact: PEOPLE[0][1],
        phone: "0851-00000021",
        email: "operator@xinbiao.example",
      },
      site: {
        host: "localhost",
        name: "试运行信标交易平台（演示）",
        platformCode: PLATFORM,
        profile: "national",
        trustList: trust,
        timestampTrust: trust,
        crlUrls: ["crl.der", "root.crl.der"].map((name) => `${this.ca}/v1/ca/1/${name}`),
        ocspUrls: [],
        hubUrl: "",
        timestampUrl: "",
        bankUrl: "",
        bankCertificate: "",
        priceList: [],
        disclosure: { phone: "0851-00000021，工作日 9:00–17:00" },
      },
      people,
    };
    this.saveForm();
  }

  /** Changes one field of the form, for this run of the command alone. */
  async foundsWith(change: Record<string, unknown>): Promise<{ code: number; text: string }> {
    const before = this.form;
    this.form = { ...before, ...change };
    this.saveForm();
    const outcome = await this.founds();
    this.form = before;
    this.saveForm();
    return outcome;
  }

  /** `npm run found`, to its end. */
  founds(): Promise<{ code: number; text: string }> {
    return new Promise((done) => {
      const child = this.spawn(["src/dev/bootstrap.mjs", "found", join(this.folder, "founding.json")], {});
      let text = "";
      for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (part) => (text += part));
      child.on("exit", (code) => done({ code: code ?? 1, text }));
    });
  }

  /** Takes the request to the authority and puts its answer beside the form. */
  async ordersTheCertificate(): Promise<void> {
    const csr = readFileSync(join(this.folder, "data", "keys", `${PLATFORM}.csr.pem`), "utf8");
    const order = { csr, cn: "试运行信标交易平台（演示）", o: OPERATOR, creditCode: CREDIT_CODE, use: "platform" };
    const { certificate, issuing } = (await (await this.ask("issue", order)).json()) as Record<string, string>;
    this.keep("site.pem", `${certificate}\n${issuing}`);
    this.form = { ...this.form, siteCertificate: "site.pem" };
    this.saveForm();
  }

  /** `npm start`, until it says that it runs. */
  async starts(): Promise<void> {
    await this.waitFor(["src/dev/bootstrap.mjs", "start"], {}, /信标已启动/);
  }

  /** Certificate file of one of the five. */
  fileOf(nth: number): string {
    return join(this.folder, `person-${nth}.p12`);
  }

  async leaves(): Promise<void> {
    await Promise.all(
      this.running
        .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
        .map((child) => new Promise((done) => child.on("exit", done) && child.kill("SIGTERM"))),
    );
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async enrolled(role: string, name: string, file: string) {
    const organisation = { name: OPERATOR, creditCode: CREDIT_CODE };
    const answer = await this.ask("issue-p12", { person: { name }, organisation, password: PASSWORD });
    const p12 = Uint8Array.from(Buffer.from(((await answer.json()) as { p12: string }).p12, "base64"));
    writeFileSync(join(this.folder, `${file}.p12`), p12);
    const { signing, encryption } = await openPkcs12(p12, PASSWORD);
    this.keep(`${file}.sign.pem`, toPem(signing.certificate));
    this.keep(`${file}.encrypt.pem`, toPem(encryption.certificate));
    return { role, name, signCertificate: `${file}.sign.pem`, encryptCertificate: `${file}.encrypt.pem` };
  }

  private async ask(path: string, body?: unknown): Promise<Response> {
    const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(`${this.ca}/v1/ca/1/${path}`, body ? post : {});
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  private keep(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  private saveForm(): void {
    this.keep("founding.json", JSON.stringify(this.form));
  }

  private spawn(program: string[], env: Record<string, string>): ChildProcess {
    const own = { DATA_DIR: join(this.folder, "data"), PORT: String(this.ports.front), DEMO: "", DATABASE_URL: "" };
    return spawn(process.execPath, program, {
      env: { ...process.env, ...own, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  private async waitFor(program: string[], env: Record<string, string>, ready: RegExp): Promise<void> {
    const child = this.spawn(program, env);
    this.running.push(child);
    let text = "";
    await new Promise<void>((done, fail) => {
      const read = (part: unknown) => {
        text += part;
        if (ready.test(text)) done();
      };
      child.stdout!.on("data", read);
      child.stderr!.on("data", read);
      child.on("exit", (code) => fail(new Error(`${program.join(" ")} ended with ${code}:\n${text}`)));
    });
  }
}
