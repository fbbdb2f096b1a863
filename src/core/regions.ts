/** Provinces by the first two digits of GB/T 2260, and cities by the first four where sites of this installation work. */
const NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  (
    "11北京 12天津 13河北 14山西 15内蒙古 21辽宁 22吉林 23黑龙江 31上海 32江苏 33浙江 34安徽 35福建 36江西 37山东 41河南 42湖北 43湖南 " +
    "44广东 45广西 46海南 50重庆 51四川 52贵州 53云南 54西藏 61陕西 62甘肃 63青海 64宁夏 65新疆 71台湾 81香港 82澳门 " +
    "5201贵阳市 5202六盘水市 5203遵义市 5204安顺市 5205毕节市 5206铜仁市 5223黔西南州 5226黔东南州 5227黔南州"
  )
    .split(" ")
    .map((each) => [each.replace(/\D/g, ""), each.replace(/\d/g, "")]),
);

/**
 * Name of an administrative division as a reader knows it; the code stands beside it where only the province has a name.
 *
 * @param code two, four or six digits of GB/T 2260
 */
export function regionName(code: string): string {
  const province = NAMES[code.slice(0, 2)];
  if (!province) return code;
  const city = NAMES[code.slice(0, 4)];
  const whole = /^\d{2}(00)*$/.test(code);
  if (code.length > 2 && !whole && !city) return `${province} ${code}`;
  const county = /^\d{4}(00)?$/.test(code) || whole ? "" : ` ${code}`;
  return `${province}${code.length > 2 && !whole && city ? ` ${city}` : ""}${county}`;
}
