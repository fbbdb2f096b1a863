/** Sentences of refusals about organisations, people and their certificates. */
export const party = {
  "party.duplicate":
    "统一社会信用代码 {creditCode} 已由“{name}”注册，一个单位只注册一次。请联系该单位的管理员（{contact}），由其在“成员”页向您的邮箱发送邀请后加入。",
  "party.certificate_of_other":
    "证书中的统一社会信用代码为 {inCertificate}，与填写的 {entered} 不一致。请核对代码，或改用本单位的证书。",
  "party.certificate_bound": "该证书已绑定到其他人员。一张证书只能绑定一个人，请使用本人的证书。",
  "party.certificate_of_other_person":
    "证书上的姓名是{holder}，既不是本人（{person}）也不是本单位的名称。电子签名制作数据属于签名人专有（《电子签名法》第十三条），没有绑定。请使用写有{person}姓名的证书；确为{holder}使用的，请管理员在“成员”页邀请其加入后由本人绑定。",
  "party.encryption_refused": "加密证书不被接受（{reason}）。请使用同一认证机构为同一单位签发、在有效期内的加密证书。",
  "party.operator_cannot_bid":
    "该单位是平台运营机构，或与其存在控股、管理关系，依据《电子招标投标办法》第二十三条不得在本平台注册为投标人。请去掉“投标人”角色后再提交。",
  "party.not_admin": "只有本单位的管理员可以办理此事。请联系管理员。",
  "party.evidence_missing": "缺少证明材料：{missing}。请上传后再提交核验。",
  "party.evidence_unknown": "有一份材料不存在或不属于本单位。请重新上传。",
  "party.already_verified": "本单位的注册信息已通过核验，无需再次提交；信息有变的，请在“企业资料”中申请变更。",
  "party.request_pending": "已有一项申请正在等待核验（{since} 提交）。请等核验结束后再提交新的变更。",
  "party.nothing_changed": "内容没有变化，未产生新版本。请修改后再提交。",
  "party.decided_before": "这项申请已经处理过。请刷新页面。",
  "party.verifier_entered": "录入人不能核验自己录入的信息，请由另一位核验人员办理。",
  "party.reason_missing": "退回时须写明理由，让对方知道要补正什么。",
  "party.invitation_unknown": "邀请链接不正确、已使用或已过期。请联系发出邀请的管理员重新发送。",
  "party.last_admin": "单位至少保留一名管理员。请先指定另一名管理员。",
  "party.role_not_held": "本单位没有“{role}”角色，不能授予成员。请先在“企业资料”中申请增加角色。",
  "party.key_test_failed": "试解密没有成功：返回的内容与封装的不一致。请确认选择的是这张证书对应的证书文件。",
  "party.individual":
    "投标人应当是法人或者其他组织，个人只能参加依法招标的科研项目投标（《招标投标法》第二十五条），本平台没有这类标段。没有办理；请以单位名义注册后参加。",
  "party.frozen":
    "贵单位的账号已被冻结：正在进行的标段可以继续办理（解密、撤回、确认），不能参加新的标段。如有异议请联系平台运营机构。",
  "party.cancelled": "贵单位的账号已注销：历史记录保留，正在进行的标段可以继续办理，不能参加新的标段。",
  "party.relation_ended": "该关联关系已经解除，不能再次解除。本次未保存，请刷新页面查看。",
  "party.second_operator": "冻结、解冻和注销须由两名运营人员办理：提出人不能自己确认。",
  "party.standing_mismatch": "账号当前状态不适用这项操作。请刷新页面后核对。",
  "party.organisation_unknown":
    "证书所载单位（{creditCode}）尚未在平台注册或未通过核验，不能登记其人员。请先由单位完成注册。",
  "party.person_pending": "您的人员登记已于 {since} 提交，正在等待核验。核验通过后即可登录。",
  "party.person_returned": "您的人员登记已被退回：{reason}。请补正后重新登记。",
  "party.hub_unavailable": "暂时无法从公共服务平台取得该单位的共享信息。可以稍后再试，或直接填写。",
  "party.hub_unknown": "公共服务平台没有统一社会信用代码 {creditCode} 的共享信息，请直接填写。",
  "party.administrators_apart":
    "系统管理员、安全管理员、审计管理员须由三名不同的人担任，且不兼任其他角色（三员分立）。请为此人只选择一种角色。",
  "party.no_certificate_of_new_code":
    "该单位还没有绑定载有新代码 {creditCode} 的签名证书，批准后原证书全部解绑，将无人能够登录。请退回并告知对方先在“证书与密钥”中绑定新证书，再予批准。",
  "party.operator_only": "运营人员只能登记在平台运营机构名下。证书所载单位不是平台运营机构，请改用本机构的证书。",
} as const;
