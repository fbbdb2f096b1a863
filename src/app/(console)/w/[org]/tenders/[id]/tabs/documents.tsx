import { isDrafting } from "@/lifecycle/lot/states";
import { DocumentDesk } from "@/lifecycle/notice/ui/document-desk";
import { firstContent } from "@/lifecycle/tender-document/defaults";
import { draftOf } from "@/lifecycle/tender-document/queries";
import { BaseEstimateForm } from "@/lifecycle/tender-document/ui/base-estimate-form";
import { DocumentView } from "@/lifecycle/tender-document/ui/document-view";
import { filesOf } from "@/platform/file/queries";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";

/** The tender document: written in D0, read afterwards. */
export async function DocumentsTab({ room: { lot, tender, href } }: { room: Room }) {
  const { document, files, role } = await page(() =>
    asActor(async (tx, actor) => {
      const found = await draftOf(tx, lot.id);
      return { role: actor.role, document: found, files: found ? await filesOf(tx, found.fileIds) : [] };
    }),
  );
  const shown = files.map(({ id, name, sizeBytes, sha256 }) => ({ id, name, sizeBytes, sha256 }));
  if (!isDrafting(lot.state))
    return document ? (
      <DocumentView
        content={document.content}
        files={shown}
        digest={document.digest ?? ""}
        version={document.version}
        xtdHref={`/api/xtd/${lot.id}`}
      />
    ) : (
      <p className="card">没有招标文件。</p>
    );
  const sealed = document?.content.baseEstimate;
  return (
    <>
      <DocumentDesk
        lotId={lot.id}
        content={document?.content ?? firstContent(lot, tender.regime)}
        files={shown}
        nextHref={`${href}?tab=schedule`}
        checkHref={`${href}?tab=check`}
      />
      {document && role === "tenderer" && (
        <BaseEstimateForm lotId={lot.id} lotCode={lot.code} {...(sealed ? { hash: sealed.hash } : {})} />
      )}
    </>
  );
}
