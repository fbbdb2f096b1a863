import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** No serious or critical violation of accessibility rules on the page as it stands. */
export async function sound(page: Page): Promise<void> {
  // Our pages frame nothing but PDFs: without the legacy mode axe would open a second page for every look.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ["violations"] })
    .analyze();
  const grave = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  expect.soft(grave, page.url()).toEqual([]);
}

/** The page lays out at desk and phone width: nothing makes the whole page scroll sideways, nor on a phone a table of cards. */
export async function fits(page: Page): Promise<void> {
  const before = page.viewportSize();
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    const wide = await page.evaluate((phone) => {
      const { clientWidth, scrollWidth } = document.documentElement;
      const hidden = [...document.querySelectorAll(".scroll-x:has(> table.stacks)")].filter(
        (box) => phone && box.scrollWidth > box.clientWidth,
      );
      if (scrollWidth <= clientWidth) return hidden.map(({ outerHTML }) => outerHTML.slice(0, 160));
      const reaching = [...document.querySelectorAll("body *")].filter(
        (element) =>
          element.getBoundingClientRect().right > clientWidth + 1 && !element.closest(".scroll-x, .visually-hidden"),
      );
      return [
        `${scrollWidth} > ${clientWidth}`,
        ...reaching.slice(0, 3).map(({ outerHTML }) => outerHTML.slice(0, 160)),
      ];
    }, width === 390);
    expect.soft(wide, `${page.url()} at ${width}`).toEqual([]);
  }
  if (before) await page.setViewportSize(before);
}
