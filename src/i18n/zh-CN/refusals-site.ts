/** Sentences of refusals about opening and changing trading sites. */
export const site = {
  "site.host_taken": "该域名已由本平台的另一个站点使用。请换一个域名。",
  "site.code_taken": "该平台标识代码已由另一个站点使用。请核对主管部门分配的代码后重新填写。",
  "site.fixed": "“{field}”在站点开通后不能变更。请恢复原值；确需更换时，另行开通新站点。",
  "site.profile_unknown": "没有这种适用规则。请从列表中选择。",
  "site.trust_refused": "“{field}”不被接受：{problem}。请核对后重新粘贴证书。",
  "site.nothing_changed": "内容没有变化，无需提交。请修改后再提出。",
  "site.no_request": "这项变更不需要平台证书。请直接等待安全管理员审批。",
  "site.certificate_refused":
    "平台证书不被接受：{problem}。请把认证机构按本页证书申请签发的证书连同签发机构证书一起粘贴。",
  "site.certificate_missing": "还没有上传平台证书，不能开通。请系统管理员先把证书申请交认证机构签发并上传。",
  "site.second_administrator": "提出人不能审批自己的申请（三员分立）。请由安全管理员本人办理。",
  "site.not_installation": "开通新站点由本套系统首个站点的运营机构办理。请联系该机构的系统管理员。",
  "site.reason_missing": "退回时须写明理由，让系统管理员知道要改什么。",
  "site.decided_before": "这项申请已经处理过。请刷新页面查看结果。",
  "site.data_abroad":
    "部署位置“{part}”（{host}）不在境内，不能开通或者变更站点（《电子招标投标办法》第十条）。请迁到境内并更正所在地后重新提出。",
  "site.founded_before": "本平台已有站点（{host}），不再初始化。请由系统管理员在该站点的“站点”页提出开通或者变更。",
  "site.founding_refused": "初始化文件不能使用：{problem}。未写入任何内容，请修改后重新运行。",
} as const;
