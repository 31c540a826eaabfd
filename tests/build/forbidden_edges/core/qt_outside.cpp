// Qt belongs to the console.
#include <QString>
