import type { Metadata } from "next";
import { DecideForm } from "@/platform/party/ui/decide-form";
import { RequestSideBySide } from "@/platform/party/ui/request-side-by-side";
import { idParam, page } from "@/server/web/page";
import { requestPage } from "@/server/web/views/request-page";

export const metadata: Metadata = { title: "人员审核" };

export default async function RequestPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const { request, shared, mine } = await page(() => requestPage(idParam(id)), `/admin/people/${id}`);
  return (
    <>
      <h1>人员审核：{request.name}</h1>
      <p>
        <a href="/admin/people">返回列表</a>
      </p>
      <RequestSideBySide request={request} shared={shared}>
        {mine ? (
          <p className="note warn">这是您本人录入的信息，须由另一名核验人员办理。</p>
        ) : (
          <DecideForm requestId={id} />
        )}
      </RequestSideBySide>
    </>
  );
}
