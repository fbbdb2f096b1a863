/** The text a member signs before seeing a bid (回避声明). */
export const DECLARATION = "本人与本标段招标人、投标人不存在依法应当回避的情形，承诺独立、公正评审并保守秘密。";
