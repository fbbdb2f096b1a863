/** Says that nobody could be drawn, and what to do. How many were left is kept: it tells whose experts the parties employ. */
export function FailedDraw({ at, speciality, needed }: { at: string; speciality: string; needed: number }) {
  return (
    <p className="note warn" role="status">
      {at} 抽取未成功：“{speciality}”专业扣除应当回避的专家后不足 {needed}{" "}
      名，没有抽取任何人。请放宽专业、减少人数或核对回避单位后重新申请；说明已发到来信。
    </p>
  );
}
