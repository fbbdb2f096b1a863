import type { Metadata } from "next";
import { RegisterForm } from "@/platform/party/ui/register-form";
import { headFacts, page } from "@/server/web/page";

export const metadata: Metadata = { title: "注册" };

export default async function RegisterPage() {
  const { siteName } = await page(() => headFacts());
  return (
    <>
      <h1>注册</h1>
      <p>
        注册、登录{siteName}不收费。需要准备：本单位的数字证书文件（.p12 / .pfx）、营业执照信息和扫描件、经办人证件。
      </p>
      <ol>
        <li>人员：读取数字证书，确认您是谁、代表哪个单位</li>
        <li>单位：填写注册信息，或从公共服务平台导入</li>
        <li>证书：在“证书”页试加密、试解密</li>
        <li>就绪：上传材料并提交核验，核验通过后即可参加招标投标活动</li>
      </ol>
      <RegisterForm />
    </>
  );
}
