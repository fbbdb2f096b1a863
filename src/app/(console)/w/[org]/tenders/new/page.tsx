import type { Metadata } from "next";
import { Refused, refuse } from "@/core/refusal";
import { provisionalStart } from "@/lifecycle/award/provisional";
import { CreateForm } from "@/lifecycle/tender-project/ui/create-form";
import { organisationsWithRole } from "@/platform/party/queries";
import { asActor } from "@/server/web/context";
import { idParam, ownOrganisation, page } from "@/server/web/page";

export const metadata: Metadata = { title: "新建招标项目" };

export default async function NewTenderPage({
  params,
  searchParams,
}: {
  params: Promise<{ org: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { org } = await params;
  const { from, item } = await searchParams;
  const props = await page(async () => {
    const { role } = await ownOrganisation(idParam(org));
    if (role !== "tenderer" && role !== "agency") throw new Refused(refuse("not_found", "general.not_found"));
    return asActor(async (tx, actor) => ({
      role,
      ...(typeof from === "string" && typeof item === "string"
        ? { provisional: await provisionalStart(tx, actor, idParam(from), item) }
        : {}),
      tenderers: await organisationsWithRole(tx, "tenderer"),
      supervisors: await organisationsWithRole(tx, "supervisor"),
    }));
  }, `/w/${org}/tenders/new`);
  return (
    <>
      <h1>新建招标项目</h1>
      <p className="muted">
        保存后得到项目编号、招标项目编号和标段编号，编号不再变更。谁能看到：发布前只有招标人和受托的招标代理。
      </p>
      <CreateForm
        {...props}
        org={org}
        tenderers={props.role === "tenderer" ? props.tenderers.filter(({ id }) => id === org) : props.tenderers}
      />
    </>
  );
}
