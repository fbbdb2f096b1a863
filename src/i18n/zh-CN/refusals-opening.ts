/** Sentences of refusals: what happened, what was kept, what to do next. `{name}` is filled from the facts. */
export const opening = {
  "opening.not_open": "该标段当前不在开标阶段。请查看开标大厅显示的时间和步骤。",
  "opening.sign_in_too_early": "开标签到自 {from} 起开放，请届时再来。",
  "opening.window_ended": "解密时间已于 {end} 结束，本次未受理。请在大厅提出异议，由主持人当场答复。",
  "supervision.not_an_instruction":
    "收到的内容不是监督指令：须为规范 JSON 载荷及其签名（格式见 /specs/instructions.md）。未保存；请检查后重新发送。",
  "supervision.too_many_refused":
    "一小时内未能执行的指令过多，本次没有处理，也没有保存；签名有效、可以执行的指令不受影响。请核对后过一小时再发，或联系平台值班人员。",
  "opening.nobody_listens": "现在不能发言：开标大厅自公布名单起至主持人签署开标记录止可以发言。请刷新页面查看进度。",
  "opening.speaks_too_often": "发言过于频繁，本条没有发出，文字仍在输入框中。请一分钟后再发。",
  "opening.second_not_announced":
    "第二信封开标时间尚未公布。请等待招标人或招标代理机构公布时间，公布后会通知各投标人。",
  "opening.no_second_to_announce":
    "该标段现在不能公布第二信封开标时间：评标委员会须先签署第一信封评审结果，且第二信封开标尚未开始。请刷新页面查看进度。",
  "opening.second_time": "第二信封开标时间须在 {earliest} 至 {latest} 之间，以便投标人按时参加。没有公布，请改选时间。",
  "opening.second_too_early": "第二信封开标时间为 {at}，尚未到时。请等待，到时系统自动开始，无需操作。",
  "opening.second_envelope_sealed":
    "第二信封尚未到开启时间，保持加密，平台不提供解密所需的信息。请等待公布的第二信封开标时间。",
  "opening.second_envelope_never":
    "本单位的投标文件没有通过第一信封评审，第二信封不开启，永久保持加密。对评审结果有疑问的，请在中标候选人公示期间提出异议。",
  "opening.no_window": "现在没有正在进行的解密，不能延长解密时间。请在解密时间内办理。",
  "opening.extension_limit": "主持人还可以延长 {left} 分钟（合计不能超过招标文件规定的解密时间）。请减少延长的分钟数。",
  "opening.not_paused": "开标没有由主持人暂停，不需要恢复。请刷新页面查看当前状态。",
  "opening.suspended": "该标段已中止，各项期限暂停，暂不受理。请等待恢复通知。",
  "opening.revoke_too_early":
    "投标截止前不需要撤销：请在投标工作间办理撤回，撤回不承担责任（《招标投标法》第二十九条）。",
  "opening.revoke_too_late":
    "中标通知书已经发出或者本次招标已经结束，不能再撤销投标文件。放弃中标资格的，请以书面方式通知招标人。",
  "opening.revoked_before": "贵单位已撤销该投标文件，无需重复办理。请刷新页面查看。",
  "opening.other_host":
    "本次开标由 {name} 主持，您不能代为办理。请由主持人办理；主持人离开满 {minutes} 分钟后，可在大厅接替主持。",
  "opening.host_present": "主持人 {name} 仍在场，不能接替。主持人离开满 {minutes} 分钟后再办理，或请主持人继续。",
  "opening.host_already": "您就是本次开标的主持人，无需接替。请继续主持。",
  "opening.outage": "平台在截止前中断过，正在按公布的规则顺延时间。请稍候，无需操作。",
  "opening.packages_in_check": "截止前收到的投标文件仍在核验，完成后自动截标。请稍候，无需操作。",
  "opening.base_estimate_differs": "公布的标底与招标文件载明的校验值不符，没有公布。请用封存标底时的证书解封后公布。",
  "opening.base_estimate_read_out": "标底已经公布，不能再改。请刷新页面查看。",
  "opening.base_estimate_sealed":
    "本标段设有标底，尚未公布。依据《招标投标法实施条例》第五十条，标底应在开标时公布；请招标人先公布标底，再生成开标记录。",
  "opening.base_estimate_too_early": "标底在开标前保密（《招标投标法》第二十二条）。没有公布，请在开标后公布。",
  "opening.no_base_estimate": "本标段没有封存标底，无需公布。请刷新页面查看。",
  "opening.not_announced": "全部解密结束后才公布，目前尚未唱标。请等待系统自动唱标。",
  "opening.record_closed": "开标记录已生成或已签署，不能再更改。请刷新页面查看。",
  "opening.confirmed_before": "贵单位已确认过开标记录，无需重复办理。请留意开标进展。",
  "opening.no_open_objection": "没有待答复的异议，可能已由他人答复。请刷新页面查看。",
  "opening.objection_open":
    "还有 {count} 项开标异议未答复。依据《招标投标法实施条例》第四十四条，应当场答复并记录后才能结束开标。请主持人先答复。",
  "opening.hall_full": "大厅连接数已满，页面会自动重试；开标进程不受影响。请稍候。",
} as const;
