/** Sentences of refusals: what happened, what was kept, what to do next. `{name}` is filled from the facts. */
export const law = {
  "law.holiday_table_missing":
    "尚未载入 {year} 年的法定节假日表，无法计算法定期限。请系统管理员载入国务院公布的 {year} 年节假日安排后再试。",
  "law.form_change_too_late":
    "可能影响编制的修改，须在递交截止 3 日前发布（《招标投标法实施条例》第二十一条）。没有发布；请将截止时间改为 {earliest} 或以后。",
  "law.change_too_late":
    "澄清或修改可能影响投标文件编制的，应在投标截止时间至少 15 日前发出（《招标投标法》第二十三条、《实施条例》第二十一条）。现在发出，投标截止时间须顺延至 {earliest} 或以后；内容未发布。",
  "law.media_not_published":
    "法定媒介尚未发布本公告，投标截止暂缓。请招标人或代理机构核实媒介发布情况，必要时发布更正公告顺延投标截止时间。",
  "law.deadline_must_move":
    "公告以较晚的发布时间起算，自招标文件开始发出至投标截止不足 20 日（《招标投标法》第二十四条）。请发布更正公告，将投标截止时间顺延至 {earliest} 或以后。",
  "law.committee_size":
    "评标委员会成员人数应为 5 人以上单数（《招标投标法》第三十七条），现为 {count} 人。申请未提交，请调整人数。",
  "law.committee_experts":
    "技术、经济等方面的专家不得少于成员总数的三分之二（《招标投标法》第三十七条），现为 {experts}/{count}。申请未提交，请增加专家或减少招标人代表。",
  "law.committee_supervising_staff":
    "行政监督部门的工作人员不得担任本部门负责监督项目的评标委员会成员（《实施条例》第四十六条）。申请未提交，请更换。",
  "law.candidate_count":
    "中标候选人应为 1 至 3 名并标明排序（《实施条例》第五十三条），现为 {count} 名。名单未保存，请修改。",
  "law.candidates_unranked":
    "中标候选人须逐一排序，名次从 1 起连续且不重复（《实施条例》第五十三条）。名单未保存，请修改。",
  "law.first_rank_must_win":
    "国有资金占控股或者主导地位的依法必须招标项目，以及授权评标委员会确定中标人的项目，应确定排名第一的中标候选人为中标人（《招标投标法》第四十条、《实施条例》第五十五条）；所选为第 {rank} 名。如排名第一者放弃中标或不符合中标条件，请先记录理由。",
  "law.bond_above_tenth": "履约保证金不得超过中标合同金额的 10%（《实施条例》第五十八条）。内容未保存，请降低金额。",
  "law.draw_too_early": "评标专家抽取不得早于评标开始前 24 小时，最早可于 {earliest} 抽取。",

  "lot.no_such_move": "标段现处于“{from}”，不能转为“{to}”。请刷新页面查看最新状态。",
  "lot.suspended": "标段已中止（{flags}），期间不得推进，相关期限同步停止。中止解除后再办理。",
  "lot.not_in_progress": "标段现处于“{state}”，不在招标投标过程中，无法中止。请刷新页面查看最新状态。",
  "lot.fact_missing": "办理条件未能核实（{fact}），系统没有执行。请刷新页面重试；如仍出现，请联系平台客服。",
  "lot.organisation_unverified": "单位注册信息尚未通过核验，不能建立标段。请先完成核验。",
  "lot.mandate_missing":
    "委托招标须先登记委托代理合同（《招标投标法》第十二条、《实施条例》第十四条）。请补充合同编号后再办理。",
  "lot.self_tender_filing_missing":
    "依法必须招标的项目自行招标，须先向行政监督部门备案（《招标投标法》第十二条）。请填写备案编号。",
  "lot.invite_ground_missing":
    "国有资金占控股或者主导地位的依法必须招标项目应当公开招标（《实施条例》第八条）。采用邀请招标的，请先填写法定理由和批准文号。",
  "lot.filing_not_demanded": "本地区不要求招标文件备案，可直接提交发布。请到“发布检查”提交。",
  "lot.content_incomplete": "以下内容尚未填写完整：{items}。请补充后再提交。",
  "lot.law_check_failed": "发布前检查未通过：{items}。请按检查结果逐项修改。",
  "lot.not_signed": "公告和招标文件尚未完成电子签章，或签章验证未通过。请重新签章。",
  "lot.wrong_qualification_route":
    "资格审查方式与所选流程不符：资格预审项目应先发布资格预审公告，两阶段招标项目先发布第一阶段的招标公告，其他项目直接发布招标公告。请按所选方式重新办理。",
  "lot.media_not_in_same_job":
    "公告须与法定媒介同时发布、内容一致（《电子招标投标办法》第十七条）。公告未发布，请重试。",
  "lot.too_few_invitees":
    "邀请招标应向三个以上具备承担能力的法人或其他组织发出邀请（《招标投标法》第十七条），现为 {count} 个。请补充。",
  "lot.application_deadline_not_reached": "递交截止时间为 {at}，尚未到达。请在截止后再办理。",
  "lot.too_few_applicants": "提交资格预审申请文件的申请人不足三个，不能进入资格评审，须重新招标。",
  "lot.enough_applicants": "申请人已达三个，不能以申请人不足为由流标。",
  "lot.review_not_reported": "资格评审报告尚未签署完成。请等待评审委员会签署后再办理。",
  "lot.too_few_qualified": "通过资格预审的申请人不足三个，须重新招标（《实施条例》第十九条）。",
  "lot.enough_qualified": "通过资格预审的申请人已达三个，不能以人数不足为由流标。",
  "lot.unqualified_invited": "有 {count} 个未通过资格预审的单位被列入邀请名单，未发出。请核对名单。",
  "lot.deadline_not_reached": "投标截止时间为 {at}，尚未到达。任何人不得提前截止或开标。",
  "lot.too_few_bidders": "投标人少于三个，不得开标（《招标投标法》第二十八条、《实施条例》第四十四条）。",
  "lot.enough_bidders": "投标人已达三个，应当按时开标。请等待系统自动开标。",
  "lot.decryption_running":
    "尚有 {count} 份投标文件的解密结果未定，解密时间至 {at} 止。请等待解密结束，系统会自动唱标。",
  "lot.prices_differ": "有 {count} 份投标文件的公布报价与解密内容不一致，不能结束开标。请核对。",
  "lot.opening_objection_open":
    "尚有 {count} 项开标异议未当场答复（《实施条例》第四十四条），不能结束开标。请主持人先逐项答复。",
  "lot.members_not_ready": "评标委员会成员须全部签到并签署回避声明后方可开始评标。",
  "lot.single_envelope": "本标段为单信封，没有第二信封开标。请在“开标”页查看本标段的开标记录。",
  "lot.first_envelope_open": "第一信封的评审结果尚未由评标委员会确认。请等待评标委员会确认。",
  "lot.failed_bidder_opened": "有 {count} 份未通过第一信封评审的第二信封被列入开启范围，已停止。请核对名单后重新办理。",
  "lot.items_unfinished": "还有 {count} 项评审未完成。请评标委员会成员完成全部评审后再提交。",
  "lot.rejection_without_ground": "有 {count} 项否决未写明依据条款和理由，不能提交。请补充依据和理由后再提交。",
  "lot.all_rejected": "全部投标已被否决，不能推荐中标候选人，请按“否决所有投标”办理。",
  "lot.competition_not_stated":
    "有效投标剩余 {count} 个，评标委员会须先书面说明是否明显缺乏竞争（《评标委员会和评标方法暂行规定》第二十七条）。",
  "lot.competition_lacking": "评标委员会已认定明显缺乏竞争，不能再推荐中标候选人，请按“否决所有投标”办理。",
  "lot.enough_valid_bids": "有效投标不少于三个，不能否决所有投标。请继续评审。",
  "lot.report_not_signed":
    "还有 {count} 名成员未签署评标报告，也未记录不同意见或拒绝签字。请等待全部成员签署，或记录不同意见。",
  "lot.differs_from_report": "公示内容与评标报告不一致，未发布。请按评标报告修改。",
  "lot.return_without_ground": "退回评标须写明理由和依据。",
  "lot.other_committee": "复核、复议应由原评标委员会进行。请通知原评标委员会成员办理。",
  "lot.publication_running": "中标候选人公示期至 {at} 止，期满前不能定标（《实施条例》第五十四条）。请于期满后办理。",
  "lot.publication_required": "本标段须先公示中标候选人，不能由评标报告直接定标。",
  "lot.result_objection_open":
    "尚有 {count} 项对评标结果的异议未答复，不能定标（《实施条例》第五十四条）。请先答复异议。",
  "lot.winner_not_candidate":
    "只能在评标委员会推荐的中标候选人中确定中标人（《招标投标法》第四十条、第五十七条）。请重新选择。",
  "lot.loss_ground_missing": "更换中标候选人须记录法定理由（《实施条例》第五十五条、第七十四条）。",
  "lot.contract_signed": "合同已签订，不能再退回定标。",
  "lot.notice_not_cancelled": "已发出的中标通知书须先以签章文书撤销，再重新定标。",
  "lot.award_notice_unsigned": "中标通知书尚未由招标人签章。请招标人先签章。",
  "lot.notices_incomplete":
    "中标通知书与全部未中标人的结果通知书须同时发出（《招标投标法》第四十五条），现有通知书不全。",
  "lot.contract_unsigned": "合同须由双方签章。",
  "lot.contract_terms_differ":
    "合同主要条款与招标文件和中标人的投标文件不一致：{items}（《实施条例》第五十七条）。请更正。",
  "lot.archive_incomplete": "归档目录缺少：{items}。请补齐后再归档。",
  "lot.termination_without_ground": "终止招标须写明理由。",
  "lot.termination_needs_force_majeure":
    "工程和货物招标发布公告后，除不可抗力外不得擅自终止。请补充不可抗力的情况说明。",
  "lot.holders_not_notified": "终止招标须同时发布公告或书面通知全部已获取文件的单位（《实施条例》第三十一条）。",
  "lot.instruction_unverified": "监督指令的签名未通过验证，未执行。投诉本身不产生中止效力。请监督人员重新签署指令。",
  "lot.decision_number_missing": "须登记行政监督决定或裁判文书的文号。",
  "lot.failure_not_analysed": "重新招标前须书面分析招标失败的原因（《评标委员会和评标方法暂行规定》第二十七条）。",

  "lot.application_deadline_passed":
    "递交截止时间 {deadline} 已到，本次递交未被接收，没有保存任何内容（《电子招标投标办法》第二十八条）。如有疑问，请联系招标代理机构。",
  "lot.applications_not_opening": "现在不是解密时间，密钥没有保存。请查看标段页面上的时间安排。",
  "lot.not_open_for_applications": "标段现在不接收资格预审申请或者技术建议，无法办理。请查看标段页面上的时间安排。",

  "lot.deadline_passed":
    "投标截止时间 {deadline} 已到，本次递交未被接收，没有保存任何内容（《招标投标法》第二十八条、《实施条例》第三十六条）。如有异议，请联系招标人；请留意开标进展。",
  "lot.withdrawal_too_late":
    "投标截止时间 {deadline} 已到，投标文件不能再撤回（《招标投标法》第二十九条）。原文件保持有效。",
  "lot.not_open_for_bids": "标段不在投标阶段，无法办理。请查看标段页面上的时间安排。",
  "lot.receiving_suspended": "标段{flag}，暂停接收投标文件，本次内容未保存。恢复后会通知您，请届时再递交。",
  "lot.sale_not_begun": "招标文件自 {at} 起可以获取。",
  "lot.sale_ended": "招标文件获取时间已于 {at} 结束。已不能获取；如有疑问，请联系招标代理机构。",
} as const;
