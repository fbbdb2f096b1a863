import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "@playwright/test";

/** Stories of this project are told in the second world of their lane. */
export const SECOND_WORLD = "more stories";

/**
 * Stories are told in lanes side by side, each with two installations, worlds and clocks of its own: a clock only goes forward,
 * and all stories of a lane do not fit into the one year whose holidays are known.
 */
export const installationFile = (lane: number, world: number): string =>
  resolve(`.cache/stories/installation-${lane}-${world}.json`);

/** The running installation of this lane as the launcher wrote it down. */
export interface StoryInstallation {
  /** `http://localhost:PORT`, the first site. */
  readonly url: string;
  readonly ports: Readonly<
    Record<"front" | "web" | "receiver" | "ca" | "timestamp" | "hub" | "mail" | "smtp" | "bank" | "supervision", number>
  >;
  /** Connection addresses by database role; `owner` for what only a test may look at. */
  readonly urls: Readonly<Record<"owner" | "xb_app" | "xb_receiver" | "xb_worker" | "xb_operator", string>>;
  readonly outside: Readonly<Record<"ca" | "timestamp" | "hub" | "mail" | "smtp" | "bank" | "supervision", string>>;
  readonly dataDir: string;
}

export function installation(): StoryInstallation {
  const world = test.info().project.name === SECOND_WORLD ? 1 : 0;
  const file = installationFile(Number(process.env.TEST_PARALLEL_INDEX ?? 0), world);
  return JSON.parse(readFileSync(file, "utf8")) as StoryInstallation;
}

/** Ends one process of the installation as a crash would (SIGKILL); the launcher brings it back. */
export function crash(
  name: "web" | "receiver" | "worker" | "front-door" | "ca" | "timestamp" | "hub" | "mail" | "bank" | "supervision",
): void {
  const file = join(installation().dataDir, "processes.json");
  const processes = JSON.parse(readFileSync(file, "utf8")) as { name: string; pid: number }[];
  const found = processes.find((process) => process.name === name);
  if (!found) throw new Error(`no process ${name}`);
  process.kill(found.pid, "SIGKILL");
}

/** Switches a fault of an outside program: none, down, slow, wrong, answer-lost. */
export async function fault(
  program: "ca" | "timestamp" | "hub" | "mail" | "bank" | "supervision",
  mode: string,
): Promise<void> {
  const answer = await fetch(`${installation().outside[program]}/faults`, {
    method: "PUT",
    body: JSON.stringify({ mode }),
  });
  if (!answer.ok) throw new Error(`fault ${mode} of ${program}: ${answer.status}`);
}

/** How the bank tells of payments from here on: once, twice, differs, late, never, short, over. */
export async function bankTells(mode: string): Promise<void> {
  const answer = await fetch(`${installation().outside.bank}/notices`, {
    method: "PUT",
    body: JSON.stringify({ mode }),
  });
  if (!answer.ok) throw new Error(`notices ${mode}: ${answer.status}`);
}
