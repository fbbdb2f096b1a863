import { AutoRefresh } from "@/ui/auto-refresh";

/** Declared, and the host has not started yet: the page looks again by itself. */
export function AwaitStart() {
  return (
    <>
      <AutoRefresh seconds={3} />
      <p className="note" role="status">
        您已签署承诺。全体评委到齐并签署后由主持人开始评标，页面会自动进入评审，请留在工位。
      </p>
    </>
  );
}
