/** Sentences of refusals about document fees. */
export const billing = {
  "billing.bank_unreachable": "收款银行没有应答，订单未建立，没有扣款。请稍后再试；招标文件获取截止时间见本页。",
  "billing.document_free": "本招标文件免费，不需要付款。请返回投标工作间直接获取。",
  "billing.must_be_paid": "本招标文件按成本收费 {price}，尚未付款。请在“购买招标文件”页付款后下载。",
  "billing.no_bank": "本站没有登记收款银行，暂不能在线付款，没有扣款。请联系平台运营人员。",
  "billing.notice_forged":
    "到账通知不予采信：{reason}。订单状态没有改变，平台会自行向收款银行查询。请核对签名后重新发送。",
  "billing.order_closed": "该订单{state}，不能再付款，没有扣款。请刷新页面查看订单状态和下一步。",
  "billing.rate_past":
    "利率生效日期须晚于上一利率的生效日期（{last}），且不早于今天（{today}）：已经过去的日子不能改变利率。请修改生效日期。",
  "billing.task_closed": "该核对事项已经办结。请刷新页面。",
  "billing.task_closes_by_hand": "该事项须与收款银行核对后登记结果，平台不能再向银行查询。请填写核对结果。",
  "billing.task_closes_itself": "该事项在银行答复后自动办结，不能人工登记结果。请选择“立即再联系银行”。",
  "billing.wait_for_bank": "正在向银行确认上一次付款，请勿重复付款。本页会自动更新，银行确认未付款后可以继续支付。",
  "fees.bank_unreachable": "收款银行没有应答，订单未建立，没有扣款。请稍后在“费用”页再试。",
  "fees.cancelled": "该款项已取消，不需要付款，没有扣款。请刷新“费用”页查看原因。",
  "fees.no_account": "收款单位没有登记基本账户，暂不能付款，没有扣款。请联系收款单位在“单位信息”中登记开户银行和账号。",
  "fees.confirmed_before": "本人已确认该笔评标费，收款账户不能再改。请刷新页面；账户有误的，请联系编制清单的单位。",
  "fees.list_exists": "本次评标的评标费清单已经编制。请刷新“费用”页查看各位专家是否确认。",
  "fees.no_schedule": "{day} 没有生效的评标专家劳务报酬标准，不能编制清单。请联系平台运营人员登记标准后再试。",
  "fees.not_confirmed": "还有评标专家没有确认评标费，暂不能付款。请等待全部专家确认。",
  "fees.not_evaluated": "评标报告尚未提交，不能编制评标费清单。请在评标结束后办理。",
  "fees.schedule_past":
    "标准生效日期须晚于上一标准的生效日期（{last}），且不早于今天（{today}）：已经过去的日子不能改变标准。请修改生效日期。",
  "fees.no_mandate": "没有双方签署的委托代理合同，不产生代理服务费。请先在“概况”页签署委托代理合同。",
  "fees.not_printed": "招标文件没有载明代理服务费由中标人支付，不能向中标人收取。请按委托代理合同与招标人另行结算。",
  "fees.order_over": "该订单的付款期限已过，没有扣款。订单自动关闭后，请在“费用”页重新付款。",
  "fees.paid": "该款项已付清，请勿重复付款。请刷新“费用”页查看。",
} as const;
