import type { Metadata } from "next";
import { LoginForm } from "@/platform/identity/ui/login-form";
import { demoKeys } from "@/server/web/demo";
import { headFacts, isDemo, oneOf, page } from "@/server/web/page";

export const metadata: Metadata = { title: "登录" };

/**
 * Only places of this site: an address elsewhere would lead signed-in people astray. White space and control characters
 * are refused with the rest, because browsers drop them: a slash, a tab and a slash would be two slashes.
 */
const ownPath = (next: string | undefined): string | undefined =>
  next && /^\/(?![/\\])[!-~]*$/.test(next) ? next : undefined;

export default async function LoginPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const next = ownPath(oneOf((await searchParams).next));
  const { siteName } = await page(() => headFacts());
  const keys = isDemo() ? await demoKeys() : [];
  return (
    <>
      <h1>登录</h1>
      <p>用认证机构发放的数字证书登录 {siteName}。证书文件和口令只在本机使用，不会上传。</p>
      <p>
        还没有注册？<a href="/register">注册单位或人员</a>，不收费。
      </p>
      <LoginForm
        {...(next ? { next } : {})}
        demoKeys={keys.map(({ name, person, organisation, title, home }) => ({
          name,
          person,
          organisation,
          title,
          home,
        }))}
      />
    </>
  );
}
