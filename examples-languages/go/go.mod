module qget

go 1.19
