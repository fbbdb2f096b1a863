import { expect, test } from "@playwright/test";
import { portsBeside } from "@/dev/ports";
import { Founder } from "../actors/founder";
import { picture } from "../picture";
import { fits, sound } from "../sound";

test("SOD-07: an installation is founded at its machine and started without anything of the demonstration; its three administrators and its verifiers sign in", async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const front = portsBeside();
  const founder = new Founder({ front: front + 48, ca: front + 49 });
  try {
    await founder.authorityOpens();
    await founder.writesTheForm();
    const few = await founder.foundsWith({ people: [] });
    expect(few).toMatchObject({ code: 1, text: expect.stringContaining("people：至少五人：三名管理员、两名核验员") });
    expect(await founder.founds()).toMatchObject({ code: 0, text: expect.stringContaining("此时尚未写入任何内容") });
    await founder.ordersTheCertificate();
    expect(await founder.founds()).toMatchObject({
      code: 0,
      text: expect.stringContaining("已完成初始化：站点 localhost"),
    });
    expect(await founder.founds()).toMatchObject({ code: 1, text: expect.stringContaining("已有站点（localhost）") });
    await founder.starts();

    const context = await browser.newContext({ baseURL: founder.url });
    const page = await context.newPage();
    expect((await page.goto("/demo"))?.status()).toBe(404);
    for (const nth of founder.people.keys()) {
      await context.clearCookies();
      await page.goto("/login");
      await page.locator("input[type=file]").setInputFiles(founder.fileOf(nth));
      await page.locator("input[type=password]").fill(founder.password);
      await page.getByRole("button", { name: /登录/ }).last().click();
      await page.waitForURL(/\/admin/);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      if (nth > 0) continue;
      await expect(page.getByText("未填公开事项：建设单位及主要负责人").first()).toBeVisible();
      await sound(page);
      await fits(page);
      await picture(page, "founded-sites");
    }
    // Whoever asks at another name is told that there is nothing here.
    const stranger = await fetch(founder.url.replace("localhost", "127.0.0.1"));
    expect(stranger.status).toBe(404);
    await context.close();
  } finally {
    await founder.leaves();
  }
});
