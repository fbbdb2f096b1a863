/** Sentences of refusals about objections. */
export const objection = {
  "objection.answered_before": "该异议已经答复，不能再次答复。本次答复未保存，请刷新页面查看。",
  "objection.names_filer":
    "答复中出现了“{word}”，公开后会让他人知道提出单位。未答复，请改用“异议人”等称呼后再提交；已填写的内容保留。",
  "objection.omits_unsaid":
    "异议中没有“{word}”，不能列为不公开的词句。未答复，请按异议原文填写，每行一处；已填写的内容保留。",
  "objection.too_many": "贵单位未答复的异议已达 {limit} 件。未提交，请等待答复后再提。",
  "objection.wrong_state": "现在不能提出对{kind}的异议。未提交；法定期限请看项目主页，其他意见可以向监督部门反映。",
} as const;
