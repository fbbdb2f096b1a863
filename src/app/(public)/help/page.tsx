import type { Metadata } from "next";

export const metadata: Metadata = { title: "帮助" };

const GUIDES: readonly { readonly title: string; readonly steps: readonly string[] }[] = [
  {
    title: "招标人、招标代理",
    steps: [
      "登录后在工作台点“新建招标项目”。",
      "在标段工作间填写招标文件、日程与公告。",
      "发布检查全部通过后签章并发布。",
      "截止时间一到自动开标；在“开标”页生成并签署开标记录。",
      "申请组建评标委员会，全部签到后开始评标。",
      "公示期满后定标，签发中标通知书和结果通知书。",
    ],
  },
  {
    title: "投标人",
    steps: [
      "在公告或项目主页点“参与投标”，免费获取招标文件。",
      "填写开标一览表，加入投标文件，整体检查。",
      "用证书签章、加密、递交，保存应急解密码和回执。",
      "截止前可以替换或撤回；开标后在解密时间内解密。",
    ],
  },
  {
    title: "评标专家",
    steps: [
      "按来信的时间到抽定的工位，输入工位编号签到。",
      "声明无回避情形后才能看到投标文件。",
      "逐项评审、打分，签署本人的评分表和评标报告。",
    ],
  },
  {
    title: "证书打不开",
    steps: [
      "只接受 .p12 或 .pfx 文件，须含签名和加密两张证书。",
      "证书文件和口令只在本机使用，不上传。",
      "口令忘记或证书过期，请联系颁发机构。",
    ],
  },
];

export default function HelpPage() {
  return (
    <>
      <h1>帮助</h1>
      <p className="row">
        <a className="btn" href="/help/check">
          环境自检
        </a>
        <a className="btn" href="/verify">
          核验文件
        </a>
        <a className="btn" href="/status">
          运行状态
        </a>
      </p>
      {GUIDES.map(({ title, steps }) => (
        <section key={title} className="card">
          <h2>{title}</h2>
          <ol>
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}
