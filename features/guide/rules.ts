/** The user's guide: chapters in the order in which they are read. A chapter's address is `/huong-dan/<name>`. */
export const CHAPTERS = [
  'chua-cai-dat',
  'da-cai-dat',
  'tao-nhom',
  'trong-nhom',
  'cai-dat-nhom',
  'vao-nhom',
  'quy-che',
  'tin-nhan',
  'anh-file-ghi-am',
  'cam-xuc-nhac-ten',
  'danh-sach',
  'da-doc',
  'mat-mang',
  'thong-bao',
  'thiet-bi',
  'danh-ba',
  'quan-tri',
  'ho-tro',
] as const;

/** What the guide shows of the real app, each taken by the journeys twice: `<name>-dt.png` on a phone, `<name>-may.png` on a PC. */
export const PICTURES = [
  'dang-nhap-so',
  'dang-nhap-ma',
  'danh-sach-tro-chuyen',
  'tao-nhom-1',
  'tao-nhom-2',
  'tro-chuyen',
  'tha-cam-xuc',
  'nhac-ten',
  'album-anh',
  'ghi-am',
  'kho-luu-tru',
  'cai-dat-nhom',
  'quyen-nhom',
  'quy-che-soan',
  'quy-che-dong-y',
  'ngoai-tuyen',
  'thong-bao',
  'thiet-bi',
  'danh-ba',
  'nhap-danh-ba',
] as const;

export const PICTURE_KINDS = ['dt', 'may'] as const;
