/** Sentences of refusals: what happened, what was kept, what to do next. `{name}` is filled from the facts. */
export const prequalification = {
  "prequalification.check_failed":
    "发布前检查未通过：{rule}，现为 {value}，要求 {limit}（{article}）。没有发布，请按提示修改后再发布。",
  "prequalification.drawn_before": "资格审查委员会的专家已经抽取，不能重新申请。专家回避的，由备选专家依次递补。",
  "prequalification.experts_drawn":
    "国有资金占控股或者主导地位的依法必须招标项目，资格审查委员会的专家应当随机抽取（《招标投标法实施条例》第十八条、第四十六条）。未加入；请申请抽取专家，招标人代表可以直接加入。",
  "prequalification.no_committee": "本项目不要求组建资格审查委员会，没有申请。请直接确定评审人员。",
  "prequalification.review_before_deadline":
    "资格评审不能早于资格预审申请截止时间，也不能早于现在。没有申请，请改为以后的时间。",
  "prequalification.date_earlier": "{what}已公布为 {old}，不能提前。没有发布，请改为该时间或者以后。",
  "prequalification.marks_closed": "资格审查报告已开始签署，评审意见不能再改。请查看报告。",
  "prequalification.no_reason": "“{title}”评为不符合，须写明理由（不少于 5 字），申请人会收到这条理由。请补充后保存。",
  "prequalification.not_all_marked": "还有评审人员没有完成全部申请文件的评审，不能签署报告。请待全部完成后再签署。",
  "prequalification.not_declared": "请先签署回避和保密声明，再查看申请文件。",
  "prequalification.not_draft": "资格预审文件已发布，不能再改。需要修改的，请发布澄清、修改。",
  "prequalification.not_among_qualified":
    "贵单位未通过本标段的资格预审，不能获取招标文件或者递交投标文件（《招标投标法实施条例》第三十六条）。没有保存任何内容；对结果有疑问的，请联系招标人。",
  "prequalification.not_in_round":
    "本标段不在资格预审或者两阶段招标的第一阶段，不能这样终止。未提交；投标阶段需要终止的，请在“日程与公告”中撤回公告。",
  "prequalification.not_qualified_lot": "本标段采用资格后审，没有资格预审。请直接编制招标公告和招标文件。",
  "prequalification.other_round":
    "文件的内容与招标方案不符：资格预审须写明资格条件，两阶段招标的第一阶段须写明技术建议应当说明的内容。没有保存，请重新打开页面填写。",
  "prequalification.opening_not_finished":
    "申请文件解密尚未结束，不能开始资格评审。请在全部申请文件解密后，或 {at} 解密时间结束后再开始。",
  "prequalification.prequalification_first":
    "本标段采用资格预审，资格预审结果发出后才能发布招标文件。请先完成资格预审。",
  "prequalification.reviewer_cannot_review":
    "没有找到可以参加资格评审的人员。未加入；请填写专家库中的专家编号，或者招标人、招标代理机构的人员。",
  "prequalification.reviewer_listed": "该人员已在评审人员名单中。请添加其他人员。",
  "prequalification.reviewers_even": "评审人员须为单数，现为 {count} 人。请增加或者减少 1 人。",
  "prequalification.reviewers_fixed": "资格评审已开始，评审人员不能再改。",
  "prequalification.reviewers_many": "评审人员不能超过 {max} 人。未加入，请先移除其他人员。",
  "prequalification.reviewers_not_ready": "还有评审人员没有签署回避和保密声明。请待全部签署后再开始评审。",
  "proposal.first_stage_first":
    "本标段采用两阶段招标，第一阶段结束后才能发布招标文件。请先征集、研究技术建议，确定技术标准和要求。",
  "proposal.no_experts": "技术建议由招标人研究，不组建委员会。未加入；请选择招标人、招标代理机构的人员。",
  "proposal.not_a_review": "技术建议不评审、不评定是否通过，没有保存任何内容。研究结束后，请由主持人签章结束第一阶段。",
  "proposal.not_among_participants":
    "贵单位没有在第一阶段提交技术建议，或者技术建议没有开启，不能获取招标文件或者递交投标文件（《招标投标法实施条例》第三十条）。没有保存任何内容；如有疑问，请联系招标人。",
  "proposal.not_in_study": "第一阶段不在研究技术建议，不能结束。请在解密结束、开始研究后再办理。",
  "proposal.not_two_stage": "本标段不是两阶段招标，没有第一阶段。请按资格预审或者招标公告的流程办理。",
  "proposal.opening_not_finished":
    "技术建议解密尚未结束，不能开始研究。请在全部技术建议解密后，或 {at} 解密时间结束后再开始。",
  "proposal.readers_fixed": "第一阶段已结束，阅读技术建议的人员不能再改。",
  "prequalification.twice": "{what}中有重复的条目。没有保存，请删除重复的条目。",
  "prequalification.unmarked": "“{title}”没有评审意见。请逐项选择符合或者不符合后再保存。",
} as const;
