/** Sentences of refusals about identity and certificates. */
export const identity = {
  "identity.signature_broken": "签名验证未通过（{reason}）。未办理任何事项，请重新选择证书后再试。",
  "identity.certificate_refused":
    "证书不被接受（{reason}）。请使用本站信任的认证机构签发、在有效期内且未被吊销的签名证书；如证书已更换，请先在“证书”页重新绑定。",
  "identity.revocation_unknown": "暂时无法取得证书吊销信息，不能确认证书状态。请稍后重试；如持续出现，请联系平台客服。",
  "identity.certificate_unbound": "该证书有效，但尚未绑定到任何单位和人员。请先完成注册并绑定证书。",
  "identity.certificate_ended": "该证书已挂失或已更换，自 {since} 起不能再使用。请改用新证书。",
  "identity.organisation_unverified":
    "{organisation}的注册信息尚未通过核验，暂不能办理业务。请等待核验完成，或联系平台客服。",
  "identity.challenge_used": "这次登录请求已使用或已超过 5 分钟。请返回登录页重新开始。",
  "identity.no_such_role": "您在该单位没有“{role}”身份。请在登录后选择已有的身份。",
  "identity.other_certificate": "签名所用证书与登录证书不是同一张。请使用登录时的证书，或用这张证书重新登录。",
  "identity.seal_signs_nobody_in": "这是单位印章证书，只用于在本人签名之外加盖印章，不能登录。请用本人的证书登录。",
  "identity.act_mismatch": "签名内容与所办事项不一致（{field}）。未办理任何事项，请刷新页面后重新签名。",
  "identity.cross_site_request": "这次请求来自其他网站页面，系统没有执行。请在本站页面内操作。",
  "identity.signature_stale": "签名等待时间过长，未办理。请重新点击签署。",
  "identity.unknown_site": "没有这个交易平台站点。请检查网址。",
} as const;
