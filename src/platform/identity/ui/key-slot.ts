import type { OpenKey } from "./key-ring";

/** The key this tab has opened. Alone here, so that the head of a public page does not load the cryptography. */
let current: OpenKey | undefined;

/** Demonstrations remember which of the demonstration keys the tab uses, so that a reload opens it again. */
export const DEMO_KEY = "xb-demo-key";

export const heldKey = (): OpenKey | undefined => current;

export function holdKey(key: OpenKey): OpenKey {
  current = key;
  return key;
}

/** The seal of the organisation, where whoever sits here keeps it. */
let seal: OpenKey | undefined;

export const heldSeal = (): OpenKey | undefined => seal;

export function holdSeal(key: OpenKey): OpenKey {
  seal = key;
  return key;
}

export function forgetKey(): void {
  current = undefined;
  seal = undefined;
  sessionStorage.removeItem(DEMO_KEY);
}
