#include "engine/models/divergence.h"

namespace hearth::engine {

std::string_view measuringText() {
    return R"TEXT(Notice to all departments: moving the archive

From the second Monday of next month the paper archive in the east wing will be closed for six weeks. Its shelves hold about forty thousand folders, and some of them have not been opened since the company moved here. Before the removal firm arrives, every department is asked to go through its own list, to mark what the law obliges us to keep, and to let the rest go. Contracts are kept for ten years after they end, invoices for seven, and letters for as long as the matter they belong to is open.

If you are unsure, do not guess. Write the number of the folder, its title and the name of the person who last used it into the shared table, and the archive will decide. Folders that nobody claims within three weeks are moved to the cold store, where they can still be fetched, although not on the same day.

아카이브 이전 안내

다음 달 둘째 주 월요일부터 동관 지하의 문서 보관실을 6주 동안 닫습니다. 선반에는 약 4만 권의 서류철이 있으며, 그중 일부는 회사가 이곳으로 옮겨 온 뒤로 한 번도 열어 보지 않은 것입니다. 운송 업체가 오기 전에 각 부서는 자기 목록을 확인하여 법으로 보관해야 하는 문서를 표시하고, 나머지는 폐기 대상으로 분류해 주시기 바랍니다. 계약서는 종료일로부터 10년, 송장은 7년, 서신은 해당 업무가 끝날 때까지 보관합니다.

판단이 어려우면 추측하지 마십시오. 서류철 번호와 제목, 마지막으로 사용한 사람의 이름을 공유 표에 적어 두면 보관실 담당자가 결정합니다. 3주 안에 아무도 요청하지 않은 서류철은 저온 창고로 옮기며, 그 뒤에도 찾아볼 수는 있지만 당일에 받기는 어렵습니다.

Questions that came in, with answers

Q: Our team keeps drawings that are larger than a folder. Where do they go?
A: Roll them, label both ends, and tell us how many there are. A roll counts as one folder.

Q: May we scan a contract and destroy the paper?
A: Only when both parties agreed to it in writing. A scan without that agreement is a convenience, not a record. When they did agree, the scan has to show every page, the back sides included, and somebody other than the person who made it has to compare the two.

Q: 외국어로 된 계약서도 같은 기준을 적용합니까?
A: 네. 언어와 관계없이 종료일로부터 10년입니다. 다만 번역본이 있으면 원본과 함께 묶어 보관해 주십시오. 번역본만 남기는 것은 허용되지 않습니다.

A small calculation

A shelf is 90 cm wide and holds 45 folders of 2 cm. Forty thousand folders therefore need 889 shelves, or 178 racks of five shelves each. The lorry carries 24 racks at a time; with two lorries and three trips a day the move takes between one and two days, and the remaining weeks are for sorting. The cold store costs 1.80 a rack and month, which makes 320.40 a month for everything, less than the rent of one office.

def racks_needed(folders, per_shelf=45, shelves_per_rack=5):
    """Number of racks for so many folders; the last one may be half empty."""
    if folders < 0:
        raise ValueError("a number of folders cannot be negative")
    shelves = -(-folders // per_shelf)
    return -(-shelves // shelves_per_rack)

for folders in (0, 45, 46, 40_000):
    print(folders, racks_needed(folders))

What we learned the last time

Five years ago the personnel office moved in a hurry. Boxes were numbered twice, a list was lost, and it took until autumn to find a pension file that somebody needed in spring. Nobody was to blame alone: the labels fell off because the cellar was damp, and the list existed on one machine only. This time each label is written twice, once on the box and once inside, the list is kept in two places, and a box that arrives without being on the list is opened in the presence of two people.

지난번 이전에서 배운 점

5년 전 인사팀은 급하게 이사했습니다. 상자 번호가 겹쳤고 목록 하나를 잃어버려, 봄에 필요했던 연금 서류를 가을이 되어서야 찾았습니다. 어느 한 사람의 잘못은 아니었습니다. 지하실이 습해서 이름표가 떨어졌고, 목록은 컴퓨터 한 대에만 있었습니다. 이번에는 이름표를 상자 겉과 안에 한 장씩 두 번 붙이고, 목록은 두 곳에 나누어 보관하며, 목록에 없는 상자가 도착하면 두 사람이 함께 열어 확인합니다.

Thank you for your patience. If the lift is out of order again, please use the ramp at the north door and ring twice; somebody will come down and help with the trolley.
)TEXT";
}

}  // namespace hearth::engine
