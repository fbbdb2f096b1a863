/** Sentences of refusals about the two signatures of a publication (O10 art. 10). */
export const signing = {
  "signing.not_authorised":
    "不能签署：{person}不是本单位主要负责人（登记为{chief}），也没有他对本项目的授权。未发布任何内容。请{chief}登录后在“成员”页签署授权，或由{chief}本人签名发布。",
  "signing.authorisation_ended":
    "不能签署：{chief}给{person}的授权已于 {ended} 终止。未发布任何内容。请{chief}在“成员”页重新签署授权，或由{chief}本人签名发布。",
  "signing.seal_missing":
    "还没有加盖单位印章，未发布任何内容。公告和公示须同时有主要负责人（或其授权的项目负责人）签名和单位印章：请选择印章证书后重新签章，或在签章窗口点“只签本人名”，交印章保管人加盖。",
  "signing.not_the_seal":
    "加盖的不是本单位已登记的印章证书，未发布任何内容。请选择本单位的印章证书文件，或先在“证书”页登记单位印章。",
  "signing.no_seal": "本单位还没有登记印章证书，不能发布。请管理员在“证书”页登记单位印章证书后再签章发布。",
  "signing.personal_needed": "这是单位印章证书，不能代替本人签名。请用本人的证书登录并签名。",
  "signing.other_name":
    "登录所用证书上的姓名是{holder}，与登录人{person}不符，不能代替{person}签名，未发布任何内容。请用写有{person}姓名的证书登录后重新签名。",
  "signing.changed":
    "{person}签名之后，要发布的内容已经改变，印章没有加盖，未发布任何内容。请{person}核对新内容后重新签名。",
  "signing.chief_only":
    "只有主要负责人本人可以授权或收回授权：登记的主要负责人是{chief}，当前登录的是{person}。请{chief}用本人证书登录办理；负责人已变更的，先在“单位信息”中变更登记。",
  "signing.bad_end": "授权截止日 {until} 不正确：须晚于现在（{now}），最长三年。未保存，请重新填写。",
  "signing.seal_is_personal":
    "这张证书已经绑定为个人使用的证书，不能再登记为单位印章。未登记，请选择认证机构专为单位印章发放、没有绑定过的证书文件；没有的，请向认证机构申领。",
  "signing.not_a_seal":
    "这张证书写有个人姓名，不是单位印章证书（印章证书的名称与单位名称相同）。未登记，请选择认证机构发放的单位印章证书文件。",
} as const;
