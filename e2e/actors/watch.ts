import { expect, type Page, type Response } from "@playwright/test";

/** A "no" that reached a page, as its person reads it. */
export interface SeenRefusal {
  readonly url: string;
  readonly status: number;
  readonly code: string;
  readonly sentence: string;
}

/** Chinese, and more than a statement: it says what to do. */
const CHINESE = /[\u4e00-\u9fff]{4}/;
const NEXT_STEP = /请|系统会自动|可以|须|再试|等待|不能再|不得/;

/** Every refusal is a Chinese sentence that ends with what to do next. */
export function expectSpoken({ url, code, sentence }: Pick<SeenRefusal, "url" | "code" | "sentence">): void {
  expect(sentence, `${code} at ${url}`).toMatch(CHINESE);
  expect(sentence, `${code} at ${url}`).toMatch(NEXT_STEP);
}

/** The refusal in an answer of any of our interfaces; undefined when it carries none. */
export function refusalIn(text: string): { code: string; sentence: string } | undefined {
  try {
    const { error } = JSON.parse(text) as {
      error?: { code?: string; sentence?: string; json?: { data?: { answer?: { code: string; sentence: string } } } };
    };
    const told = error?.json?.data?.answer ?? error;
    return told?.sentence ? { code: told.code ?? "", sentence: told.sentence } : undefined;
  } catch {
    return undefined;
  }
}

export interface Watch {
  readonly refusals: readonly SeenRefusal[];
  /** Nothing broke: no 5xx, no script of a stranger, no error of a page, and every refusal was spoken. */
  expectCalm(): Promise<void>;
}

/** Watches everything that happens to a page. */
export function watchResponses(page: Page): Watch {
  const refusals: SeenRefusal[] = [];
  const broken: string[] = [];
  const reading: Promise<void>[] = [];
  const read = async (response: Response) => {
    const url = response.url();
    const status = response.status();
    if (status >= 500) broken.push(`${status} ${response.request().method()} ${url}`);
    if (status < 400 || !/json/.test(response.headers()["content-type"] ?? "")) return;
    const told = refusalIn(await response.text().catch(() => ""));
    if (told) refusals.push({ url, status, ...told });
    else broken.push(`${status} without a sentence ${url}`);
  };
  page.on("response", (response) => {
    reading.push(read(response));
  });
  page.on("dialog", (dialog) => {
    // The browser's own question before a half-done sealing is left is ours.
    if (dialog.type() !== "beforeunload") broken.push(`dialog: ${dialog.message()}`);
    void dialog.accept().catch(() => undefined);
  });
  page.on("pageerror", (error) => broken.push(`error in the page: ${error.message}`));
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to (execute|load)/i.test(message.text())) broken.push(message.text());
  });
  return {
    refusals,
    async expectCalm() {
      await Promise.all(reading);
      expect(broken).toEqual([]);
      for (const refusal of refusals) expectSpoken(refusal);
    },
  };
}
