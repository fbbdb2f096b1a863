/** Sentences of refusals: what happened, what was kept, what to do next. `{name}` is filled from the facts. */
export const bidding = {
  "bid.already_withdrawn": "这份投标文件已经撤回或已被替换，未重复办理。请在“递交记录”查看当前有效的版本。",
  "bid.deadline_passed_at_gate":
    "拒收（RF-01）：全部数据到齐的时间 {finishedAt} 不早于投标截止时间 {deadline}（服务器北京时间）。依据《招标投标法》第二十八条、《电子招标投标办法》第二十七条，文件未接收，平台未保留任何内容。如有异议，请联系招标人。",
  "bid.not_receivable":
    "拒收（{code}）：该标段当前不接收投标文件（未处于投标阶段，或已被监督、故障中止）。平台未保留任何内容。请查看项目主页的通知后再办理。",
  "bid.refused_at_receipt":
    "拒收（{code}）：{reason}。平台未保留任何内容。请按原因处理后重新封装、递交；截止时间前可以多次递交。",
  "bid.related_to_operator":
    "拒收（RF-12）：贵单位与平台运营机构存在控股或管理关系，依据《电子招标投标办法》第二十三条不得在本平台投标。",
  "bid.runs_the_tender":
    "拒收（RF-12）：贵单位是本项目的招标人或招标代理机构，依据《招标投标法实施条例》第十三条不得在本项目中投标。",
  "bid.sequence":
    "这份文件的版本序号不是 {expected}：可能另一台电脑刚刚递交过。未接收本次文件，请刷新递交记录后重新封装。",
  "bid.unit_conflict": "第 {n} 段此前已收到另一内容，未覆盖。请重新封装后再上传。",
  "bid.unit_hash":
    "第 {n} 段与声明的校验值不一致，可能在传输中损坏，未保留。系统会自动重传这一段；多次重传仍不一致时，请换一条网络线路再点“继续”。",
  "bid.unit_size": "第 {n} 段的长度不符合规定，未保留。请重新封装后再上传。",
  "bid.units_missing": "尚未收到全部数据：已收到 {stored} 段，共需 {needed} 段。请继续上传缺少的部分，再递交。",
  "bid.upload_closed": "这次上传已结束，不能再写入。请重新开始上传。",
  "circumstance.no_bid":
    "贵单位在本标段没有有效的投标文件，不能告知重大变化。未提交任何内容；如在投标截止前发生变化，请直接按变化后的情况编制、递交投标文件。",
  "circumstance.not_now": "本标段现在不能告知重大变化：尚未开始投标，或中标通知书已经发出。请直接书面告知招标人。",
  "circumstance.too_many": "每个投标人在一个标段最多告知 {limit} 次。未提交，请把新的情况直接书面告知招标人。",
} as const;
