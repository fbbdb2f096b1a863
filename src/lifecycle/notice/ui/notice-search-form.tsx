import { regionName } from "@/core/regions";
import { REGIME_TEXTS } from "@/lifecycle/law/regime";
import { AMOUNT_BANDS, DUE_WINDOWS, NOTICE_KINDS, type NoticeFilter, SORTS } from "../search-filter";

type Choice = readonly (readonly [value: string, title: string])[];

/** Search for notices: an ordinary form, so that it works without scripts and its result has an address. */
export function NoticeSearchForm({ filter, regions }: { filter: NoticeFilter; regions: readonly string[] }) {
  const choices: readonly (readonly [name: keyof NoticeFilter, label: string, all: string, choice: Choice])[] = [
    ["kind", "公告类型", "全部类型", Object.entries(NOTICE_KINDS)],
    ["region", "地区", "全部地区", regions.map((code) => [code, regionName(code)])],
    ["subject", "项目性质", "全部性质", Object.entries(REGIME_TEXTS.subject)],
    ["amount", "最高投标限价", "不限", Object.entries(AMOUNT_BANDS).map(([key, { title }]) => [key, title])],
    ["due", "投标截止", "不限", Object.entries(DUE_WINDOWS)],
  ];
  return (
    <search>
      <form className="card" action="/notices">
        <div className="row">
          <label className="field" style={{ flex: 1, minWidth: 200, margin: 0 }}>
            <span>项目、招标人、代理机构、编号或公告内容</span>
            <input className="text" type="search" name="q" maxLength={100} defaultValue={filter.words.join(" ")} />
          </label>
          <button className="btn btn-primary" type="submit">
            搜索公告
          </button>
        </div>
        <div className="form-grid">
          {choices.map(([name, label, all, choice]) => (
            <label key={name} className="field">
              <span>{label}</span>
              <select className="text" name={name} defaultValue={String(filter[name] ?? "")}>
                <option value="">{all}</option>
                {choice.map(([value, title]) => (
                  <option key={value} value={value}>
                    {title}
                  </option>
                ))}
              </select>
            </label>
          ))}
          <label className="field">
            <span>排序</span>
            <select className="text" name="sort" defaultValue={filter.sort}>
              {Object.entries(SORTS).map(([value, title]) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </select>
          </label>
        </div>
      </form>
    </search>
  );
}
