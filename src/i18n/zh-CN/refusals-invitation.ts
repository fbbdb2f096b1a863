/** Sentences of refusals: what happened, what was kept, what to do next. `{name}` is filled from the facts. */
export const invitation = {
  "invitation.already_sent":
    "邀请书已发出，名单不能再改。请在“邀请”页查看各单位的回执；需要重新邀请的，请另行建立标段。",
  "invitation.cannot_bid":
    "没有找到可以投标的单位：该统一社会信用代码没有以投标人身份注册并通过核验，或者已被停用。未加入名单，请核对代码，或请该单位先完成注册。",
  "invitation.declined": "贵单位已谢绝邀请，不能获取招标文件或者递交投标文件。如有疑问，请联系招标人或招标代理机构。",
  "invitation.listed_already": "该单位已在名单中。请核对后添加其他单位。",
  "invitation.not_replied": "请先签章回复是否接受邀请；接受后才能获取招标文件、递交投标文件。",
  "invitation.open_tender": "本标段公开招标，不邀请特定单位。请直接发布招标公告。",
  "invitation.own_party": "招标人、招标代理机构不能作为受邀单位。未加入名单，请添加其他单位。",
  "invitation.replied_already": "贵单位已回复过邀请，回复不能更改。请刷新页面查看。",
  "invitation.reply_too_late": "回复邀请的截止时间为 {at}，已过。回复未保存；请联系招标人或招标代理机构。",
  "invitation.too_many": "受邀单位不能超过 {max} 个。未加入名单；需要更多单位参加的，请采用公开招标。",
} as const;
