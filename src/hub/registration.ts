import { toPem } from "@/crypto/certificate";
import type { Runtime } from "@/kit/command";

export interface Hub {
  /** 11-character code. */
  readonly code: string;
  readonly creditCode: string;
  readonly name: string;
}

const TIMEOUT_MS = 10_000;
const known = new Map<string, Hub>();

/** Who the hub is, after this site's signing certificate has been registered there; asked once per process. */
export async function registeredHub({ site, ports }: Runtime, hubUrl: string): Promise<Hub> {
  const key = `${hubUrl}|${site.platformCode}`;
  const cached = known.get(key);
  if (cached) return cached;
  const answer = await fetch(`${hubUrl}/v1/hub`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`hub answered ${answer.status}`);
  const hub = (await answer.json()) as Hub;
  const { certificate } = ports.platformKeys.signerOf(site.platformCode);
  const registered = await fetch(`${hubUrl}/v1/platforms/${site.platformCode}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ certificate: toPem(certificate) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!registered.ok) throw new Error(`hub refused the registration: ${registered.status}`);
  known.set(key, hub);
  return hub;
}
