import { documentFilePath } from "@/lifecycle/archive/schema";
import type { Findings } from "./findings";
import { signatureOf } from "./items";
import { digestOf } from "./judge";
import type { OpenArchive } from "./open-archive";

/** Versions of the tender document and every notice: content, signature, and what the trail says was published. */
export async function checkDocuments(archive: OpenArchive, findings: Findings): Promise<void> {
  await findings.check("招标文件各版本与其所列文件一致", async (problem) => {
    const versions = await archive.documents();
    for (const { version, files } of versions) {
      for (const [i, file] of files.entries()) {
        const path = documentFilePath(version, i, file.name);
        if (archive.hashOf(path) !== file.sha256) problem(`${path} 不是招标文件第 ${version} 版所列的文件`);
      }
    }
    if (archive.trails?.last("notice.published").facts.documentDigest !== versions[0]?.digest)
      problem("留痕中发布的招标文件不是所归档的版本");
    return `${versions.length} 个版本`;
  });
  await findings.check("公告与公示的内容和发布人签名", async (problem) => {
    const notices = await archive.notices();
    const [first] = await archive.documents();
    for (const notice of notices) {
      const { number, kind, title, fields, contentHash, publishedAt } = notice;
      if (digestOf({ title, fields }) !== contentHash) problem(`${number} 的内容与哈希不符`);
      if (kind === "tender") {
        const digest = digestOf({ notice: contentHash, document: first?.digest ?? "" });
        archive.requireHost(await archive.act(signatureOf(notice), publishedAt, { act: "notice.publish", digest }));
        if (archive.trails?.last("notice.published").facts.contentHash !== contentHash)
          problem(`${number} 不是留痕中发布的内容`);
      }
      if (kind === "candidates") {
        archive.requireHost(
          await archive.act(signatureOf(notice), publishedAt, {
            act: "award.publish-candidates",
            digest: contentHash,
          }),
        );
      }
      // The others are published under the signature of the record or of the award, which is judged there.
      if (kind === "opening-record" || kind === "result")
        archive.requireHost(await archive.judge.statement(signatureOf(notice), publishedAt));
    }
    for (const kind of ["tender", "opening-record", "candidates", "result"]) {
      if (!notices.some((notice) => notice.kind === kind)) problem(`缺少 ${kind} 公告`);
    }
    return `${notices.length} 份`;
  });
}
