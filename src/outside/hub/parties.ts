/** Parties that the hub knows from elsewhere: invented, for trying out that a party enters its data once. */
export const REGISTERED: Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>> = {
  "91520100MA6GQ00125": {
    "100": {
      LEGAL_NAME: "庚泉建设有限公司（演示）",
      BIDDER_CODE_TYPE: "1",
      LEGAL_CODE: "91520100MA6GQ00125",
      LEGAL_ROLE: "03",
      LICENSE_NO: "91520100MA6GQ00125",
      LICENSE_END_DATE: "99991231",
      LEGAL_REPRESENT: "庚泉（演示）",
      LEGAL_TYPE: "1",
      LEGAL_INDUSTRY: "E47",
      COUNTRY_REGION: "156",
      LEGAL_UNIT_ADDRESS: "黔中省清溪市演示路 7 号",
      REGION_CODE: "520100",
      REG_CAPITAL: "8000",
      REG_CAP_CURRENCY: "156",
      REG_UNIT: "1",
      LEGAL_CONTACT: "庚一（演示）",
      LEGAL_CONTACT_PHONE: "0851-00000007",
      LEGAL_EMAIL: "geng@example.test",
      LEGAL_STATUS: "1",
    },
    "103": {
      LEGAL_CODE: "91520100MA6GQ00125",
      ROWS: [
        {
          QUAL_LEVEL: "02",
          QUAL_NAME: "建筑工程施工总承包二级（演示）",
          QUAL_TYPE: "A10101",
          QUAL_CERT_NO: "D252000007",
          QUAL_CERT_END_DATE: "20301231",
        },
      ],
    },
  },
};
