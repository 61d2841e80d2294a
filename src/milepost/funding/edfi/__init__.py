"""Ed-Fi's Finance interchange: charts of accounts and local accounts, read and written."""
